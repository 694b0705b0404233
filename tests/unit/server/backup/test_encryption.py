from pathlib import Path

import pytest

from tests.unit.server.backup.forging import rewritten
from tests.unit.server.backup.portraits import portraits
from tests.unit.server.backup.shop import Shop, keyring
from vexil.core.errors import InvalidRequest, VexilError
from vexil.server.backup.encryption import Keyring, Secret
from vexil.server.backup.failures import KeyRefused


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path / "backups", keyring=keyring())
    await made.some_history()
    await made.back_up()
    return made


def key_file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "key"
    path.write_bytes(content)
    return path


async def test_encrypted_backup_comes_back_and_shows_nothing(shop: Shop) -> None:
    await shop.write("secret-key", "secret value")
    await shop.back_up()

    assert await portraits(await shop.restored()) == await portraits(shop.store)
    files = list(shop.directory.glob("*/*.data"))
    assert len({path.read_bytes()[:16] for path in files}) == len(files) > 2
    nonces = {
        file.nonce
        for id in shop.vault.ids()
        for section in shop.vault.read(id)[0].sections
        for file in section.files
    }
    assert len(nonces) == len(files)
    assert not any(b"key-" in path.read_bytes() for path in files)


async def test_chain_has_one_salt_and_a_new_chain_another(shop: Shop) -> None:
    await shop.back_up()
    await shop.back_up(full=True)
    salts = []
    for id in shop.vault.ids():
        encryption = shop.vault.read(id)[0].encryption
        assert encryption is not None
        salts.append(encryption.salt)

    assert salts[0] == salts[1] != salts[2]


@pytest.mark.parametrize("content", [bytes(range(32)), bytes(range(32)).hex().encode() + b"\n"])
async def test_key_file_holds_bytes_or_digits(tmp_path: Path, content: bytes) -> None:
    shop = Shop(tmp_path / "backups", keyring=Keyring(Secret.from_key_file(key_file(tmp_path, content))))
    await shop.some_history()
    await shop.back_up()
    shop.keyring = Keyring(Secret("key file", bytes(range(32))))

    assert await portraits(await shop.restored()) == await portraits(shop.store)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 31, b"zz" * 32, b"\xff" * 64])
def test_key_file_with_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidRequest, match="openssl rand -hex 32"):
        Secret.from_key_file(key_file(tmp_path, content))


def test_key_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="can't be read"):
        Secret.from_key_file(tmp_path / "key")


def test_short_passphrase_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="12 is the least"):
        Secret.from_passphrase("elevenchars")


def test_secret_does_not_show_itself() -> None:
    assert "horse" not in repr(Secret.from_passphrase("correct horse battery"))


@pytest.mark.parametrize(
    "other",
    [keyring("another passphrase"), Keyring(Secret("key file", bytes(32)))],
    ids=["another passphrase", "a key file"],
)
async def test_wrong_key_is_told(shop: Shop, other: Keyring) -> None:
    shop.keyring = other
    with pytest.raises(KeyRefused):
        await shop.restored()
    with pytest.raises(KeyRefused, match="--full"):
        await shop.back_up()
    [finding] = shop.verify().findings
    assert finding.file.endswith("manifest.json")
    assert len(shop.vault.ids()) == 1


async def test_encrypted_backups_need_a_key(shop: Shop) -> None:
    shop.keyring = None
    with pytest.raises(KeyRefused):
        await shop.restored()
    with pytest.raises(KeyRefused, match="--full"):
        await shop.back_up()
    with pytest.raises(KeyRefused, match="give their passphrase"):
        shop.verify()
    assert len(shop.vault.ids()) == 1


async def test_new_chain_may_have_another_key(shop: Shop) -> None:
    shop.keyring = keyring("another passphrase")
    await shop.back_up(full=True)

    assert await portraits(await shop.restored()) == await portraits(shop.store)


async def test_plain_backup_in_the_place_of_an_encrypted_one_is_refused(shop: Shop) -> None:
    """Else whoever can write to the directory could have anything restored."""
    key, shop.keyring = shop.keyring, None
    await shop.back_up(full=True)
    shop.keyring = key

    with pytest.raises(KeyRefused, match="is not encrypted"):
        await shop.restored()


async def test_cost_beyond_reason_is_refused(shop: Shop) -> None:
    """A manifest must not make its reader spend gigabytes."""
    [id] = shop.vault.ids()
    path = shop.directory / id / "manifest.json"

    path.write_text(rewritten(path, ("manifest", "encryption", "work"), 30))

    with pytest.raises(KeyRefused, match="2\\^30"):
        await shop.restored()


@pytest.mark.parametrize(
    ("place", "value", "error"),
    [(("seal",), "é", KeyRefused), (("manifest", "encryption", "salt"), "no digits", VexilError)],
)
async def test_manifest_that_was_made_up_is_refused(
    shop: Shop, place: tuple[str | int, ...], value: str, error: type[VexilError]
) -> None:
    [id] = shop.vault.ids()
    path = shop.directory / id / "manifest.json"

    path.write_text(rewritten(path, place, value))

    with pytest.raises(error):
        await shop.restored()

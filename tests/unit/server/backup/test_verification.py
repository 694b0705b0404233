"""Whatever happens to the files of a backup, verifying finds it and says where."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.server.backup.forging import rewritten
from tests.unit.server.backup.shop import Shop, keyring
from vexil.core.errors import VexilError


@pytest.fixture(params=["plain", "encrypted"])
async def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Shop:
    """Three backups in a chain, each with something new in `shop`."""
    made = Shop(tmp_path / "backups", keyring=keyring() if request.param == "encrypted" else None)
    await made.some_history()
    await made.back_up()
    for number in range(2):
        await made.write("key-1", f"newer {number}")
        await made.back_up()
    return made


def first_data(shop: Shop, number: int) -> Path:
    return shop.directory / shop.vault.ids()[number] / "0001.data"


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


async def assert_not_restored(shop: Shop, id: str) -> None:
    with pytest.raises(VexilError):
        await shop.restored(id)


async def test_whole_chain_is_sound(shop: Shop) -> None:
    report = shop.verify()

    assert report.sound == shop.vault.ids() == report.backups
    assert report.findings == []


async def test_one_backup_is_verified_with_what_it_builds_upon(shop: Shop) -> None:
    ids = shop.vault.ids()

    assert shop.verify(ids[1]).backups == ids[:2]


@pytest.mark.parametrize("number", [0, 2])
async def test_any_flipped_bit_is_found(shop: Shop, number: int) -> None:
    id = shop.vault.ids()[number]
    for path in sorted((shop.directory / id).iterdir()):
        whole = path.read_bytes()
        for place in range(0, len(whole), max(len(whole) // 15, 1)):
            flip(path, place)
            report = shop.verify()
            assert id not in report.sound
            assert any(finding.file == f"{id}/{path.name}" for finding in report.findings), (path, place)
            path.write_bytes(whole)
    assert shop.verify().findings == []


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "it is missing"),
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:-1]), "bytes instead of"),
    "empty": (lambda path: path.write_bytes(b""), "0 bytes instead of"),
    "longer": (lambda path: path.write_bytes(path.read_bytes() + b"\0"), "bytes instead of"),
    "flipped": (lambda path: flip(path, 10), "differs from what was written"),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damaged_file_is_found_and_named(shop: Shop, damage: str) -> None:
    spoil, problem = DAMAGES[damage]
    spoil(first_data(shop, 1))
    first, second, third = shop.vault.ids()
    report = shop.verify()

    assert report.sound == [first]
    found, follower = report.findings
    assert (found.backup, found.file) == (second, f"{second}/0001.data")
    assert problem in found.problem
    assert "another copy" in found.advice
    assert (follower.backup, follower.problem) == (third, f"it follows {second}, which is not whole")
    await assert_not_restored(shop, third)
    await shop.restored(first)


async def test_swapped_files_are_found(shop: Shop) -> None:
    one, other = first_data(shop, 1), first_data(shop, 2)
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)

    assert {finding.backup for finding in shop.verify().findings} == {one.parent.name, other.parent.name}


async def test_missing_parent_is_found(shop: Shop) -> None:
    first, second, third = shop.vault.ids()
    shutil.rmtree(shop.directory / second)
    report = shop.verify()

    assert report.sound == [first]
    [finding] = report.findings
    assert (finding.backup, finding.file) == (third, second)
    assert "it is missing" in finding.problem
    await assert_not_restored(shop, third)


async def test_missing_manifest_is_found(shop: Shop) -> None:
    first, second, _ = shop.vault.ids()
    (shop.directory / second / "manifest.json").unlink()
    report = shop.verify()

    assert report.sound == [first]
    assert report.findings[0].file == f"{second}/manifest.json"


async def test_swapped_backups_are_found(shop: Shop) -> None:
    _, second, third = shop.vault.ids()
    (shop.directory / second).rename(shop.directory / "aside")
    (shop.directory / third).rename(shop.directory / second)
    (shop.directory / "aside").rename(shop.directory / third)

    findings = shop.verify().findings
    assert findings[0].problem == f"it is that of {third}"
    assert findings[1].problem == f"it is that of {second}"


async def test_parent_that_was_made_anew_is_found(tmp_path: Path) -> None:
    """A manifest that is valid by itself, and not the one that was followed."""
    shop = Shop(tmp_path)
    await shop.some_history()
    await shop.back_up()
    await shop.write("key-1")
    await shop.back_up()
    first, second = shop.vault.ids()
    path = tmp_path / first / "manifest.json"
    path.write_text(rewritten(path, ("manifest", "release"), "0.0.1"))

    [finding] = shop.verify().findings
    assert finding.backup == second
    assert finding.problem == f"it is not the one that {second} follows"


async def test_state_that_is_not_the_stores_is_found(tmp_path: Path) -> None:
    """Every file is what was written; what was written is not what the store had."""
    shop = Shop(tmp_path)
    await shop.some_history()
    [id] = [(await shop.back_up()).manifest.id]
    path = tmp_path / id / "manifest.json"
    path.write_text(rewritten(path, ("manifest", "namespaces", 0, "state"), "00" * 32))

    [finding] = shop.verify().findings
    assert finding.problem == "'billing' at revision 2 is not what the store had"
    await assert_not_restored(shop, id)


async def test_forged_manifest_is_found_with_the_key(tmp_path: Path) -> None:
    """Its digest can be made by anybody; its seal only with the key."""
    shop = Shop(tmp_path, keyring=keyring())
    await shop.some_history()
    id = (await shop.back_up()).manifest.id
    path = tmp_path / id / "manifest.json"
    path.write_text(rewritten(path, ("manifest", "release"), "0.0.1"))
    shop.vault.read(id)

    [finding] = shop.verify().findings
    assert "its manifest was changed" in finding.problem


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("manifest", "id"), "../../etc"),
        (("manifest", "parent"), {"id": "../20261116T130000000000Z", "digest": ""}),
        (("manifest", "namespaces", 0, "files", 0, "name"), "../../../etc/passwd"),
        (("manifest", "namespaces", 0, "revision"), "2"),
        (("manifest", "namespaces", 0, "revision"), -1),
        (("manifest", "namespaces"), None),
        (("manifest",), []),
        (("manifest", "createdAt"), "yesterday"),
    ],
)
async def test_manifest_with_what_no_backup_has_is_refused(
    tmp_path: Path, place: tuple[str | int, ...], value: object
) -> None:
    """Also when its digest fits, and above all when it names files elsewhere."""
    shop = Shop(tmp_path)
    await shop.some_history()
    id = (await shop.back_up()).manifest.id
    path = tmp_path / id / "manifest.json"
    path.write_text(rewritten(path, place, value))

    [finding] = shop.verify().findings
    assert finding.file == f"{id}/manifest.json"
    await assert_not_restored(shop, id)

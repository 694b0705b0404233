from pathlib import Path

import pytest

from tests.support.clock import ManualClock
from tests.unit.server.encryption.encrypting import keyring
from vexil.core.errors import DataLoss, FailedPrecondition, InvalidRequest, Reason
from vexil.server.encryption.data_keys import SECONDS, USES, DataKeys
from vexil.server.encryption.keeper import WrappedKey
from vexil.server.encryption.keyring import Keyring, KeyringKeeper
from vexil.server.settings import ServerSettings


async def test_a_data_key_is_unwrapped_for_its_namespace_alone(tmp_path: Path) -> None:
    keeper = KeyringKeeper(keyring(tmp_path))
    key = await keeper.new_key("shop")

    assert await keeper.unwrap("shop", key.stored) == key.plain
    assert key.plain not in key.stored.wrapped
    for namespace, stored in [
        ("bank", key.stored),
        ("shop", WrappedKey("first", key.stored.wrapped[:-1] + b"?")),
        ("shop", WrappedKey("first", b"")),
    ]:
        with pytest.raises(DataLoss):
            await keeper.unwrap(namespace, stored)


async def test_a_rotation_needs_no_restart_and_keeps_the_old_key(tmp_path: Path) -> None:
    path = keyring(tmp_path)
    writing, reading = KeyringKeeper(path), KeyringKeeper(path)
    old = await writing.new_key("shop")

    Keyring.read(path).rotated("second").write(path)
    new = await writing.new_key("shop")

    assert (old.stored.key_id, new.stored.key_id) == ("first", "second")
    assert await reading.unwrap("shop", new.stored) == new.plain
    assert await reading.unwrap("shop", old.stored) == old.plain


async def test_a_key_that_is_gone_is_named(tmp_path: Path) -> None:
    path = keyring(tmp_path)
    key = await KeyringKeeper(path).new_key("shop")
    Keyring("", {}).rotated("second").write(path)

    with pytest.raises(FailedPrecondition) as refused:
        await KeyringKeeper(path).unwrap("shop", key.stored)

    assert refused.value.reason is Reason.ENCRYPTION_KEY_MISSING
    assert refused.value.metadata == {"key_id": "first"}


def test_a_keyring_is_its_owners_alone(tmp_path: Path) -> None:
    path = keyring(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["keys"]

    path.chmod(0o640)
    with pytest.raises(FailedPrecondition, match="chmod 600"):
        KeyringKeeper(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"primary": "a", "keys": {}}',
        '{"primary": "a", "keys": {"a": "c2hvcnQ="}}',
        '{"primary": "a", "keys": {"a": "hunter2!"}}',
        '{"primary": [], "keys": {"a": 1}}',
        "\x00\xff",
    ],
)
def test_a_file_that_is_no_keyring_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(text.encode("latin-1"))
    path.chmod(0o600)

    with pytest.raises(FailedPrecondition, match="is no keyring") as refused:
        KeyringKeeper(path)

    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FailedPrecondition, match="can't be read"):
        KeyringKeeper(tmp_path / "none")


async def test_a_data_key_serves_an_hour_or_ten_thousand_values(tmp_path: Path) -> None:
    time = ManualClock()
    keys = DataKeys(KeyringKeeper(keyring(tmp_path)), time.clock)
    first = await keys.current("shop", 1)

    assert await keys.current("shop", USES - 1) is first
    assert await keys.current("bank", 1) is not first
    second = await keys.current("shop", 1)
    assert second is not first
    time.advance(SECONDS - 1)
    assert await keys.current("shop", 1) is second
    time.advance(1)
    assert await keys.current("shop", 1) is not second


async def test_keys_in_memory_need_no_keeper(tmp_path: Path) -> None:
    path = keyring(tmp_path)
    keys = DataKeys(KeyringKeeper(path), ManualClock().clock)
    key = await keys.current("shop", 1)
    path.unlink()

    assert await keys.unwrapped("shop", [key.stored, key.stored]) == {key.stored: key.plain}
    assert repr(key.plain) not in repr(key)


@pytest.mark.parametrize(
    "place", ["keys.json", "file:", "kms:", "kms:arn:aws:s3:::bucket", "KMS:alias/vexil"]
)
def test_what_names_no_keys_is_refused(place: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        ServerSettings(encryption_keys=place)
    assert [each.field for each in refused.value.violations] == ["encryption_keys"]


@pytest.mark.parametrize(
    "key",
    [
        "arn:aws:kms:eu-central-1:123456789012:key/0b1c2d3e-0000-4000-8000-000000000000",
        "arn:aws:kms:eu-central-1:123456789012:alias/vexil",
        "alias/vexil",
        "0b1c2d3e-0000-4000-8000-000000000000",
    ],
)
def test_keys_of_kms_are_named_as_aws_does(key: str) -> None:
    assert ServerSettings(encryption_keys=f"kms:{key}").encryption_keys == f"kms:{key}"


def test_a_keyring_on_a_reachable_address_must_be_asked_for() -> None:
    reachable = {"listen": "0.0.0.0:7350", "insecure": True, "insecure_no_authentication": True}
    with pytest.raises(InvalidRequest, match="insecure_keyring"):
        ServerSettings(encryption_keys="file:keys", **reachable)  # type: ignore[arg-type]

    ServerSettings(encryption_keys="file:keys", insecure_keyring=True, **reachable)  # type: ignore[arg-type]
    ServerSettings(encryption_keys="file:keys")

from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest

from tests.support.backend import NAMESPACE, backend, texts
from tests.support.clock import ManualClock
from tests.support.engines.moto import Account
from tests.support.server import running_server
from tests.unit.server.encryption.encrypting import MARKER, TOKEN, definition
from vexil.core.errors import DataLoss, FailedPrecondition, Reason, Unavailable
from vexil.core.resource import ResourceState
from vexil.core.sensitivity import values_of
from vexil.core.value import Encrypted
from vexil.server.control.reencryption import Reencryption
from vexil.server.encryption.cipher import Cipher
from vexil.server.encryption.data_keys import SECONDS, DataKeys
from vexil.server.encryption.keeper import WrappedKey
from vexil.server.encryption.kms import KmsKeeper
from vexil.server.encryption.store import EncryptingStore
from vexil.server.stores.memory import MemoryStore


@pytest.fixture
def key(account: Account) -> str:
    with closing(account.session().client("kms", endpoint_url=account.endpoint)) as kms:
        arn: str = kms.create_key()["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName="alias/vexil", TargetKeyId=arn)
    return arn


@pytest.fixture
async def keeper(key: str) -> AsyncIterator[KmsKeeper]:
    opened = KmsKeeper.open(key)
    yield opened
    await opened.close()


async def test_a_data_key_is_unwrapped_for_its_namespace_alone(keeper: KmsKeeper, key: str) -> None:
    made = await keeper.new_key("shop")

    assert made.stored.key_id == key
    assert len(made.plain) == 32
    assert await keeper.unwrap("shop", made.stored) == made.plain
    with pytest.raises(DataLoss):
        await keeper.unwrap("bank", made.stored)


async def test_an_alias_is_stored_as_the_key_that_it_was(account: Account, key: str) -> None:
    by_alias = KmsKeeper.open("alias/vexil")
    made = await by_alias.new_key("shop")
    with closing(account.session().client("kms", endpoint_url=account.endpoint)) as kms:
        another = kms.create_key()["KeyMetadata"]["Arn"]
        kms.update_alias(AliasName="alias/vexil", TargetKeyId=another)

    assert made.stored.key_id == key
    assert (await by_alias.new_key("shop")).stored.key_id == another
    assert await by_alias.unwrap("shop", made.stored) == made.plain
    await by_alias.close()


async def test_an_unknown_key_is_named(keeper: KmsKeeper, key: str) -> None:
    made = await keeper.new_key("shop")
    unknown = f"{key[:-4]}0000"

    with pytest.raises(FailedPrecondition) as missing:
        await KmsKeeper.open(unknown).new_key("shop")
    with pytest.raises(FailedPrecondition) as gone:
        await keeper.unwrap("shop", WrappedKey(unknown, made.stored.wrapped))

    assert missing.value.reason is gone.value.reason is Reason.ENCRYPTION_KEY_MISSING
    assert missing.value.metadata == {"key_id": unknown}


async def test_silence_is_unavailable(account: Account, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    keeper = KmsKeeper.open(key)

    with pytest.raises(Unavailable) as silent:
        await keeper.new_key("shop")

    assert silent.value.reason is Reason.ENCRYPTION_UNAVAILABLE
    assert "127.0.0.1" not in silent.value.message
    await keeper.close()


async def test_after_a_rotation_values_are_encrypted_again_in_the_background(
    account: Account, key: str
) -> None:
    time, log = ManualClock(), MemoryStore()
    cipher = Cipher(DataKeys(KmsKeeper.open("alias/vexil"), time.clock))
    async with backend(EncryptingStore(log, cipher, lambda _, key: key == "token")) as shop:
        await shop.commit(definition())
        await shop.set(token=MARKER)
        assert await key_of_token(log) == key
        with closing(account.session().client("kms", endpoint_url=account.endpoint)) as kms:
            another = kms.create_key()["KeyMetadata"]["Arn"]
            kms.update_alias(AliasName="alias/vexil", TargetKeyId=another)
        time.advance(SECONDS)

        await Reencryption(log, shop.directory, shop.committer, cipher).run()

        assert await key_of_token(log) == another
        assert texts(shop.view()) == {"token": MARKER}


async def key_of_token(log: MemoryStore) -> str:
    """The key by which the newest version of `token` is encrypted."""
    (record,) = await log.versions(NAMESPACE, TOKEN, None, 1)
    assert isinstance(record.change, ResourceState)
    (value,) = values_of(record.change.resource)
    assert isinstance(value.data, Encrypted)
    return value.data.key_id


async def test_a_server_has_its_keys_from_kms(key: str, tmp_path: Any) -> None:
    async with running_server(tmp_path / "vexil.db", encryption_keys=f"kms:{key}") as server:
        assert server.inside.settings.encryption_keys == f"kms:{key}"

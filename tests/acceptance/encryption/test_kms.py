from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest

from tests.support.engines.moto import Account
from tests.support.server import running_server
from vexil.core.errors import DataLoss, FailedPrecondition, Reason, Unavailable
from vexil.server.encryption.keeper import WrappedKey
from vexil.server.encryption.kms import KmsKeeper


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


async def test_a_server_has_its_keys_from_kms(key: str, tmp_path: Any) -> None:
    async with running_server(tmp_path / "vexil.db", encryption_keys=f"kms:{key}") as server:
        assert server.inside.settings.encryption_keys == f"kms:{key}"

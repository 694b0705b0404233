"""The secrets behind an asyncio client's settings."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.unit.secrets.keeping import Memory, Moment, resolver_of
from vexil.client.secrets import AsyncSecrets, Secret, SecretNotFound
from vexil.client.testing import InMemoryAsyncClient
from vexil.core.value import SecretReference

ONE, TWO = SecretReference("vault:secret/one"), SecretReference("vault:secret/two")


@pytest.fixture
def memory() -> Memory:
    return Memory({"secret/one": "1", "secret/two": "2"})


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def settings() -> InMemoryAsyncClient:
    return InMemoryAsyncClient({"db.password": ONE})


@pytest.fixture
async def secrets(
    settings: InMemoryAsyncClient, memory: Memory, moment: Moment
) -> AsyncIterator[AsyncSecrets]:
    async with AsyncSecrets(settings, resolver_of(memory, moment)) as secrets:
        yield secrets


async def test_secret_behind_a_setting_is_given(secrets: AsyncSecrets, memory: Memory) -> None:
    assert [(await secrets.get("db.password")).text for _ in range(3)] == ["1"] * 3
    assert memory.fetched == 1
    with pytest.raises(SecretNotFound):
        await secrets.get("nothing")


async def test_refused_secret_is_fetched_again(secrets: AsyncSecrets, memory: Memory, moment: Moment) -> None:
    await secrets.get("db.password")
    memory.secrets["secret/one"] = "rotated"
    moment.now += 2
    await secrets.refused("db.password")

    assert (await secrets.get("db.password")).text == "rotated"


async def test_watch_tells_the_secret_and_another(
    secrets: AsyncSecrets, settings: InMemoryAsyncClient
) -> None:
    told: asyncio.Queue[Secret] = asyncio.Queue()
    async with asyncio.timeout(30):
        with secrets.watch("db.password", told.put):
            assert (await told.get()).text == "1"
            settings.set("db.password", TWO)
            assert (await told.get()).text == "2"
        settings.set("db.password", ONE)
        await secrets.get("db.password")
        await secrets.close()

    assert told.empty()

"""How a server says that it has lost its store, and how old what it serves is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.store.backends import dynamodb_database, new_tables
from tests.e2e.cli import Cli
from tests.support.clock import ManualClock
from tests.support.engines.dynamodb import DynamoDB
from tests.support.scripted_dynamodb import refused
from tests.support.server import Server, running_server, server_process
from tests.support.unreliable_dynamodb import Fault, UnreliableDynamoDB, unreliable_dynamodb
from vexil.client.rpc import AioAdminStub, Endpoint, open_aio_channel
from vexil.core.errors import DataLoss, Reason
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head
from vexil.v1.admin_service_pb2 import (
    CreateNamespaceRequest,
    GetServerStatusRequest,
    GetServerStatusResponse,
    ListEnvironmentsRequest,
)

HASTY = Limits(connect_timeout=1.0, read_timeout=0.5, attempts=1, call_timeout=1.0)


class Damaged(MemoryStore):
    """A store that can be damaged."""

    damage = False

    async def heads(self) -> Sequence[Head]:
        if self.damage:
            raise DataLoss("commit 2 differs from what was written", reason=Reason.STORE_CORRUPT)
        return await super().heads()


@asynccontextmanager
async def admin_of(server: Server) -> AsyncIterator[AioAdminStub]:
    async with open_aio_channel(Endpoint(server.target)) as channel:
        yield AioAdminStub(channel)


async def status_of(admin: AioAdminStub) -> GetServerStatusResponse:
    return await admin.get_server_status(GetServerStatusRequest(), timeout=30)


async def status_when(
    admin: AioAdminStub, holds: Callable[[GetServerStatusResponse], bool]
) -> GetServerStatusResponse:
    """The first status that is so."""
    async with asyncio.timeout(60):
        while True:
            status = await status_of(admin)
            if holds(status):
                return status
            # A caller's own pause: nothing tells it that the server has looked again.
            await asyncio.sleep(0.02)


def is_lost(status: GetServerStatusResponse) -> bool:
    return status.HasField("store_failure")


def has_store(status: GetServerStatusResponse) -> bool:
    return not is_lost(status)


async def test_status_has_the_revision_of_each_namespace_and_a_young_snapshot() -> None:
    async with running_server() as server, admin_of(server) as admin:
        for name in ("shop", "bank"):
            await admin.create_namespace(CreateNamespaceRequest(namespace=name))
        status = await status_of(admin)
    assert [(each.namespace, each.revision) for each in status.namespaces] == [("bank", 1), ("shop", 1)]
    assert status.HasField("snapshot_age")
    assert has_store(status)


async def test_snapshot_grows_older_while_the_store_is_damaged() -> None:
    time, store = ManualClock(), Damaged()
    async with running_server(store, time.clock) as server, admin_of(server) as admin:
        await admin.create_namespace(CreateNamespaceRequest(namespace="shop"))
        store.damage = True
        lost = await status_when(admin, is_lost)
        assert lost.store_failure.reason == "STORE_CORRUPT"
        assert lost.store_failure.message == "commit 2 differs from what was written"
        age = (await status_of(admin)).snapshot_age.ToSeconds()
        time.advance(100)
        assert (await status_of(admin)).snapshot_age.ToSeconds() == age + 100
        store.damage = False
        back = await status_when(admin, has_store)
        assert back.snapshot_age.ToSeconds() == 0


@pytest.fixture
def engine(dynamodb: DynamoDB) -> Iterator[UnreliableDynamoDB]:
    with unreliable_dynamodb(dynamodb.endpoint) as server:
        yield server


@pytest.fixture
def place(request: pytest.FixtureRequest, engine: UnreliableDynamoDB) -> DynamoDBPlace:
    return replace(new_tables(dynamodb_database(request)), endpoint=engine.endpoint)


async def test_server_whose_dynamodb_is_silent_says_so_and_serves_on(
    place: DynamoDBPlace, engine: UnreliableDynamoDB
) -> None:
    store = await DynamoDBStore.open(place, limits=HASTY)
    async with running_server(store) as server, admin_of(server) as admin:
        await admin.create_namespace(CreateNamespaceRequest(namespace="shop"))
        engine.always("*", Fault.IGNORED)
        lost = await status_when(admin, is_lost)
        assert lost.store_failure.reason == "STORE_UNAVAILABLE"
        assert "boto" not in lost.store_failure.message
        later = await status_of(admin)
        assert later.snapshot_age.ToNanoseconds() > lost.snapshot_age.ToNanoseconds()
        assert [each.namespace for each in later.namespaces] == ["shop"]
        served = await admin.list_environments(ListEnvironmentsRequest(namespace="shop"), timeout=30)
        assert served.revision == 1
        engine.heal()
        back = await status_when(admin, has_store)
        assert back.snapshot_age.ToNanoseconds() < later.snapshot_age.ToNanoseconds()


def test_doctor_says_what_the_server_has_lost_and_how_old_what_it_serves_is(
    place: DynamoDBPlace, engine: UnreliableDynamoDB, tmp_path: Path
) -> None:
    with server_process(f"dynamodb:{place.table}?endpoint={place.endpoint}") as server:
        cli = Cli(server.target, tmp_path, "shop")
        cli("namespace", "create", "shop", "--with-environment=prod")
        engine.refusal = refused("ExpiredTokenException", "The security token is expired")
        engine.always("*", Fault.REFUSED)
        server.wait_for("store_lost", 1)
        found = cli("doctor", "-o", "json", code=1).json["findings"][-1]
        assert (found["subject"], found["level"]) == ("snapshot", "failure")
        assert "s old: the server has lost its store (STORE_UNAVAILABLE: " in found["text"]
        assert "sign in again" in found["text"]
        engine.heal()
        server.wait_for("store_back", 1)
        assert "✓ snapshot" in cli("doctor").out

"""A running server whose DynamoDB refuses, or falls silent: reads go on, and the rest does afterwards."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import grpc.aio
import pytest

from tests.acceptance.store.backends import PATIENT, dynamodb_database, new_tables
from tests.acceptance.store.drafts import Drafts, put
from tests.e2e.cli import MANIFEST, Cli
from tests.support.engines.dynamodb import DynamoDB
from tests.support.scripted_dynamodb import refused
from tests.support.server import running_server, server_process
from tests.support.unreliable_dynamodb import Fault, UnreliableDynamoDB, unreliable_dynamodb
from vexil.client import AsyncClient, Client, Subscriber
from vexil.client.rpc import AioAdminStub, Endpoint, open_aio_channel, to_vexil_error
from vexil.core.change import Put
from vexil.core.errors import Code, Reason
from vexil.core.resource import Commit, Environment, Kind, Namespace, ResourceId, Revision
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore
from vexil.v1.admin_service_pb2 import CommitRequest
from vexil.v1.resource_pb2 import RESOURCE_KIND_SETTING
from vexil.v1.resource_pb2 import Commit as CommitMessage

HASTY = Limits(connect_timeout=30, read_timeout=1.0, attempts=1, call_timeout=2.0)
TILL = Subscriber("till", "1")
_ARN = "arn:aws:iam::123456789012:user/someone"
REFUSALS = [
    ("AccessDeniedException", f"User: {_ARN} is not authorized", "the policy that Vexil needs"),
    ("ExpiredTokenException", "The security token is expired", "sign in again"),
    ("InvalidSignatureException", "Signature expired: 20261121T is now earlier", "clock"),
    ("ResourceNotFoundException", "Requested resource not found", "vexil store init"),
]


class Writer:
    """Somebody else who writes to the tables, and whom DynamoDB answers."""

    def __init__(self, store: DynamoDBStore) -> None:
        self._store = store
        self._drafts = Drafts()

    async def begin(self) -> None:
        """Makes the namespace, with one setting."""
        named = Put(ResourceId(Kind.NAMESPACE, "", "shop"), Namespace())
        environment = Put(ResourceId(Kind.ENVIRONMENT, "", "prod"), Environment())
        await self._store.append(self._drafts.next(named, environment, put("color", "red")))

    async def set(self, key: str, value: str) -> None:
        """Commits a setting's value."""
        await self._store.append(self._drafts.next(put(key, value)))

    async def commits(self) -> Sequence[Commit]:
        """All that is in the log."""
        return await self._store.read("shop", Revision(0), 100)


@pytest.fixture
async def writer(place: DynamoDBPlace) -> AsyncIterator[Writer]:
    store = await DynamoDBStore.open(replace(place, endpoint=None), limits=PATIENT)
    made = Writer(store)
    await made.begin()
    yield made
    await store.close()


@pytest.fixture
def engine(dynamodb: DynamoDB) -> Iterator[UnreliableDynamoDB]:
    with unreliable_dynamodb(dynamodb.endpoint) as server:
        yield server


@pytest.fixture
def place(request: pytest.FixtureRequest, engine: UnreliableDynamoDB) -> DynamoDBPlace:
    return replace(new_tables(dynamodb_database(request)), endpoint=engine.endpoint)


def test_server_serves_on_and_says_once_what_dynamodb_refuses(
    place: DynamoDBPlace, engine: UnreliableDynamoDB, tmp_path: Path
) -> None:
    with server_process(f"dynamodb:{place.table}?endpoint={place.endpoint}") as server:
        cli = Cli(server.target, tmp_path, "shop")
        cli("namespace", "create", "shop", *(f"--with-environment={name}" for name in ("base", "prod:base")))
        cli.apply(MANIFEST.format(namespace="shop").replace("  staging: {parent: base}\n", ""))
        with Client(server.target, namespace="shop", environment="prod", subscriber=TILL) as client:
            for count, (code, message, advice) in enumerate(REFUSALS, 1):
                engine.refusal = refused(code, message)
                engine.always("*", Fault.REFUSED)
                lost = server.wait_for("store_lost", count)
                assert advice in lost["error"]
                assert cli("get", "timeout", "--raw").out == "7\n"
                failed = cli("set", "timeout", "9", "-o", "json", code=4).error
                assert failed["reason"] == "STORE_UNAVAILABLE"
                assert advice in failed["message"]
                engine.heal()
                server.wait_for("store_back", count)
            cli("set", "timeout", "11")
            client.catch_up(60)
            assert client.get_int("timeout", 0) == 11
        warned = [line for line in server.lines if line["level"] in {"warning", "error", "critical"}]
        assert _ARN not in str(server.lines)
        assert len([line for line in warned if line["event"] == "store_lost"]) == len(REFUSALS)
        assert len(warned) <= 2 * len(REFUSALS), warned


@asynccontextmanager
async def hasty_server(place: DynamoDBPlace) -> AsyncIterator[str]:
    """A server that waits for DynamoDB's answers a second at most; where clients call it."""
    store = await DynamoDBStore.open(place, limits=HASTY, poll=(0.005, 0.05))
    async with running_server(store) as server:
        yield server.target


async def answered(admin: AioAdminStub, request: CommitRequest) -> CommitMessage:
    """The commit of a request that is repeated until the server has its store back."""
    while True:
        try:
            return (await admin.commit(request, timeout=60)).commit
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            # A caller's own pause: only time closes the circuit breaker again.
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("fault", [Fault.IGNORED, Fault.SILENT, Fault.HALVED], ids=lambda fault: fault.name)
async def test_commit_without_an_answer_is_found_by_its_request_id(
    place: DynamoDBPlace, engine: UnreliableDynamoDB, writer: Writer, fault: Fault
) -> None:
    request = CommitRequest(namespace="shop", request_id="r1")
    change = request.changes.add()
    change.id.kind, change.id.environment, change.id.key = RESOURCE_KIND_SETTING, "prod", "color"
    change.put.setting.value.string_value = "green"
    async with hasty_server(place) as target, open_aio_channel(Endpoint(target)) as channel:
        admin = AioAdminStub(channel)
        engine.always("TransactWriteItems", fault)
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await admin.commit(request, timeout=60, wait_for_ready=True)
        error = to_vexil_error(refusal.value)
        assert (error.code, error.reason) == (Code.UNAVAILABLE, Reason.STORE_UNAVAILABLE)
        assert "boto" not in str(refusal.value)
        engine.heal()
        async with asyncio.timeout(60):
            commit = await answered(admin, request)
    assert commit.revision == 2
    assert [each.request_id for each in await writer.commits()] == ["", "r1"]


@pytest.mark.parametrize("fault", [Fault.IGNORED, Fault.TRICKLING], ids=lambda fault: fault.name)
async def test_server_serves_on_in_silence_and_takes_in_what_came_meanwhile(
    place: DynamoDBPlace, engine: UnreliableDynamoDB, writer: Writer, fault: Fault
) -> None:
    arrived = asyncio.Event()
    async with (
        hasty_server(place) as target,
        AsyncClient(target, namespace="shop", environment="prod") as client,
    ):
        client.watch("color", lambda _: arrived.set())
        assert client.get_string("color", "") == "red"
        engine.always("*", fault)
        await writer.set("color", "green")
        async with asyncio.timeout(60), AsyncClient(target, namespace="shop", environment="prod") as other:
            assert other.get_string("color", "") == "red"
        engine.heal()
        async with asyncio.timeout(60):
            while client.get_string("color", "") != "green":
                arrived.clear()
                await arrived.wait()

"""Servers with something in them, to be tried."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.acceptance.permissions.guarded import House, house
from tests.fuzz.rpcs import Caller, Log, Target
from tests.fuzz.samples import samples_with
from tests.support.server import running_server
from vexil.client.rpc import AioAdminStub, Endpoint, open_aio_channel
from vexil.convert.changes import requested_change_to_proto
from vexil.core.resource import Kind
from vexil.files.load import load
from vexil.server.settings import TransportName
from vexil.v1.admin_service_pb2 import Change, CommitRequest, CreateNamespaceRequest
from vexil.v1.resource_pb2 import RESOURCE_KIND_ENVIRONMENT

_EXAMPLES = [
    Path(__file__).parents[2] / "examples" / "shop",
    Path(__file__).parents[2] / "examples" / "contact-centre" / "manifests",
]
_NAMESPACE = "shop"
_ANYBODY = Caller("anybody", may_change=True)
_STRANGER = Caller("stranger", is_stranger=True)


@asynccontextmanager
async def open_server(transport: TransportName = "auto") -> AsyncIterator[Target]:
    """One that asks nobody; its namespace `shop` has the content of the examples."""
    async with (
        running_server(transport=transport) as server,
        open_aio_channel(Endpoint(server.target)) as channel,
    ):
        changes, admin = _changes(), AioAdminStub(channel)
        await admin.create_namespace(CreateNamespaceRequest(namespace=_NAMESPACE))
        await admin.commit(CommitRequest(namespace=_NAMESPACE, changes=changes))
        yield Target(channel, _words(changes), samples_with(changes), [_ANYBODY], _nothing)


@asynccontextmanager
async def asking_server(transport: TransportName = "auto") -> AsyncIterator[Target]:
    """One that asks who calls: strangers with made-up credentials; a viewer, a client and an editor."""
    async with house(transport) as made:
        changes = _changes()
        await made.admin.admin.commit(CommitRequest(namespace=_NAMESPACE, changes=changes))
        callers = [await _caller(made, role) for role in ("viewer", "client", "editor")]

        async def log() -> Log:
            return [(head.namespace, head.revision) for head in await made.shop.store.heads()]

        yield Target(made.channel, _words(changes), samples_with(changes), [_STRANGER, *callers], log)


SERVERS = {"open": open_server, "asking": asking_server}


async def _caller(made: House, role: str) -> Caller:
    found = await made.caller(role)
    return Caller(role, found.metadata, may_change=role == "editor")


async def _nothing() -> Log:
    return ()


def _changes() -> Sequence[Change]:
    """What the examples hold, but for the descriptions of their namespaces; what two of them say, once."""
    changes = [each.change for each in load(_EXAMPLES).changes]
    found = {change.id: change for change in changes if change.id.kind is not Kind.NAMESPACE}
    return [requested_change_to_proto(change) for change in found.values()]


def _words(changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
    """The texts that mean something to a server with this content."""
    environments = [change.id.key for change in changes if change.id.kind == RESOURCE_KIND_ENVIRONMENT]
    keys = sorted({change.id.key for change in changes})
    return {
        "namespace": [_NAMESPACE, _NAMESPACE, "vexil-access"],
        "environment": environments,
        "parent": ["", *environments],
        "key": keys,
        "keys": keys,
        "name": ["viewer", "auditors"],
        "flow_id": keys,
        "routing_key": keys,
        "key_id": ["0011223344556677"],
        "json_value": ["{}", "[1, 2]", '"text"'],
        "json_schema": ['{"type": "string"}', '{"items": {"$ref": "#"}, "anyOf": [{"$ref": "#/items"}]}'],
        "content": ['{"Version": "2019-10-30", "StartAction": "a", "Actions": []}'],
        "": ["on", "off", "red", "plan", "country", "1.2.3", "10.0.0.0/8", "checkout"],
    }

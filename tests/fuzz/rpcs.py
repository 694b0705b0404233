"""Requests of every RPC to a server in this process, over a real connection."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from tests.fuzz.messages import Drawer
from tests.fuzz.mutations import damaged
from tests.fuzz.samples import samples_with
from tests.support.server import running_server
from vexil.client.rpc import AioAdminStub, Endpoint, open_aio_channel
from vexil.convert.changes import requested_change_to_proto
from vexil.core.resource import Kind
from vexil.files.load import load
from vexil.server.services import (
    ACCESS_SERVICE,
    ADMIN_SERVICE,
    AUDIT_SERVICE,
    CONFIG_SERVICE,
    CONNECT_SERVICE,
    USER_SERVICE,
)
from vexil.server.settings import TransportName
from vexil.v1.admin_service_pb2 import Change, CommitRequest, CreateNamespaceRequest
from vexil.v1.resource_pb2 import RESOURCE_KIND_ENVIRONMENT

_EXAMPLES = [
    Path(__file__).parents[2] / "examples" / "shop",
    Path(__file__).parents[2] / "examples" / "contact-centre" / "manifests",
]
_NAMESPACE = "shop"
_SERVICES = (CONFIG_SERVICE, CONNECT_SERVICE, ADMIN_SERVICE, ACCESS_SERVICE, AUDIT_SERVICE, USER_SERVICE)
_SECONDS = 10.0
_SECONDS_OF_A_STREAM = 0.1
_MOST_ANSWERS = 4
_MAX_SENT_BYTES = 15 * 1024 * 1024

_DEFECTS = {
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.DATA_LOSS,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}
"""How no request may be answered, whatever is in it; UNAVAILABLE is what a connection says that broke."""

_ENDED_WHILE_WRITING = "Internal error from Core"
"""What grpc.aio makes of a stream that the server has ended while the client was writing."""

METHODS: Mapping[str, MethodDescriptor] = {
    f"/{service.full_name}/{method.name}": method for service in _SERVICES for method in service.methods
}


@dataclass(frozen=True, slots=True)
class Defect:
    """A request that was answered as none may be. The case's name makes the same request again."""

    case: str
    code: str
    details: str
    request: str


class Target:
    """A server with content, and a connection to it."""

    def __init__(
        self,
        channel: Any,
        words: Mapping[str, Sequence[str]],
        samples: Mapping[str, Sequence[Message]],
    ) -> None:
        self._channel = channel
        self._words = words
        self._samples = samples

    async def run(self, path: str, case: str) -> Defect | None:
        """Makes the request that the case's name stands for; what was wrong with the answer."""
        method, chance = METHODS[path], random.Random(case)
        sent = [data for data in self._requests(method, chance) if len(data) < _MAX_SENT_BYTES]
        try:
            await self._call(path, method, sent)
        except grpc.aio.AioRpcError as error:
            if error.code() in _DEFECTS and error.details() != _ENDED_WHILE_WRITING:
                shown = " ".join(data.hex() for data in sent)
                return Defect(case, error.code().name, str(error.details()), shown)
        return None

    def _requests(self, method: MethodDescriptor, chance: random.Random) -> list[bytes]:
        wildness = chance.choice((0.0, 0.0, 0.02, 0.1, 0.5, 1.0))
        sparse = chance.random() < 0.6
        drawer = Drawer(chance, self._words, self._samples, wildness, sparse=sparse)
        count = chance.randint(1, 4) if method.client_streaming else 1
        return [_encoded(drawer, drawer.message(method.input_type), chance) for _ in range(count)]

    async def _call(self, path: str, method: MethodDescriptor, sent: Sequence[bytes]) -> None:
        if method.client_streaming:
            stream = self._channel.stream_stream(path)(_each(sent), timeout=_SECONDS)
            await _read(stream)
        elif method.server_streaming:
            await _read(self._channel.unary_stream(path)(sent[0], timeout=_SECONDS))
        else:
            await self._channel.unary_unary(path)(sent[0], timeout=_SECONDS)


async def _each(sent: Sequence[bytes]) -> AsyncIterator[bytes]:
    for data in sent:
        yield data


async def _read(stream: Any) -> None:
    """Some answers; streams that stay open are left."""
    try:
        async with asyncio.timeout(_SECONDS_OF_A_STREAM):
            for _ in range(_MOST_ANSWERS):
                if await stream.read() is grpc.aio.EOF:
                    return
    except TimeoutError:
        pass
    finally:
        stream.cancel()


def _encoded(drawer: Drawer, message: Message, chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        message = drawer.mutated(message)
    data = message.SerializeToString()
    return damaged(data, chance) if chance.random() < 0.1 else data


@asynccontextmanager
async def target(transport: TransportName = "auto") -> AsyncIterator[Target]:
    """A server in memory whose namespace `shop` has the content of the examples."""
    async with (
        running_server(transport=transport) as server,
        open_aio_channel(Endpoint(server.target)) as channel,
    ):
        changes = _changes()
        await _write(AioAdminStub(channel), changes)
        yield Target(channel, _words(changes), samples_with(changes))


def _changes() -> Sequence[Change]:
    """What the examples hold, but for the descriptions of their namespaces; what two of them say, once."""
    changes = [each.change for each in load(_EXAMPLES).changes]
    found = {change.id: change for change in changes if change.id.kind is not Kind.NAMESPACE}
    return [requested_change_to_proto(change) for change in found.values()]


async def _write(admin: AioAdminStub, changes: Sequence[Change]) -> None:
    await admin.create_namespace(CreateNamespaceRequest(namespace=_NAMESPACE))
    await admin.commit(CommitRequest(namespace=_NAMESPACE, changes=changes))


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

"""A server that asks who calls, and callers with keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import grpc
import grpc.aio

from tests.support.backend import Backend, backend
from tests.support.clock import ManualClock
from tests.support.server import PATIENCE, Server, running_server
from tests.unit.server.access.office import Office
from vexil.client.rpc import AioAccessStub, AioAdminStub, AioAuditStub, AioConfigStub, AioConnectStub
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.server.access.key_text import KeyText
from vexil.server.access.keys import Wanted
from vexil.server.access.writing import Author
from vexil.server.settings import TransportName
from vexil.server.stores.memory import MemoryStore

SHOP = Scope.of_namespace("shop")


def scope(namespace: str = "shop", environment: str = ALL, prefix: str = ALL, kind: str = ALL) -> Scope:
    """A scope with one of each."""
    return Scope((namespace,), (environment,), (prefix,), (kind,))


class Caller:
    """Calls with one key, or with none."""

    def __init__(self, channel: grpc.aio.Channel, key: KeyText | None, authorization: str = "") -> None:
        self.channel = channel
        self.key = key
        text = authorization or ("" if key is None else f"Bearer {key.text}")
        self.metadata = (("authorization", text),) if text else ()
        self.config: Any = _Bound(AioConfigStub(channel), self.metadata)
        self.admin: Any = _Bound(AioAdminStub(channel), self.metadata)
        self.access: Any = _Bound(AioAccessStub(channel), self.metadata)
        self.audit: Any = _Bound(AioAuditStub(channel), self.metadata)
        self.connect: Any = _Bound(AioConnectStub(channel), self.metadata)

    @property
    def name(self) -> str:
        """Its name in the history."""
        return "" if self.key is None else f"key:{self.key.id}"


class _Bound:
    """A stub whose calls carry metadata."""

    def __init__(self, stub: Any, metadata: Any) -> None:
        self._stub = stub
        self._metadata = metadata

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._stub, name)
        return lambda request: method(request, metadata=self._metadata, timeout=PATIENCE)


@dataclass
class House:
    """The server, the store behind it, and who may give permissions.

    `office` and `shop` are another process on the same store: what they change reaches the server as news.
    """

    server: Server
    shop: Backend
    office: Office
    author: Author
    admin: Caller
    time: ManualClock
    channel: grpc.aio.Channel

    @property
    def stranger(self) -> Caller:
        """Somebody without a key."""
        return Caller(self.channel, None)

    async def caller(self, role: str, *scopes: Scope, expires_at: datetime | None = None) -> Caller:
        """Somebody with a new key, bound to the role in these scopes: by default in all of the shop."""
        wanted = [Wanted(role, each) for each in scopes or (SHOP,)]
        key = await self.office.keys.create(self.author, wanted, "for tests", expires_at)
        await self.told()
        return Caller(self.channel, key)

    async def told(self) -> None:
        """Waits until the server has all that was written beside it."""
        directory = self.server.inside.parts.directory
        await directory.follow(SYSTEM_NAMESPACE)
        await directory.follow("shop")


@asynccontextmanager
async def house(transport: TransportName, **settings: Any) -> AsyncIterator[House]:
    """A server on a namespace `shop` with `base`, and on top of it `prod` and `qa`."""
    time = ManualClock()
    store = MemoryStore()
    async with backend(store, time=time) as shop:
        office = Office(shop)
        first = await office.found()
        wanted = {"authentication": "required", "transport": transport, **settings}
        async with (
            running_server(store, time.clock, **wanted) as server,
            grpc.aio.insecure_channel(server.target) as channel,
        ):
            admin = Caller(channel, first)
            yield House(server, shop, office, office.author(first), admin, time, channel)


async def refused(call: Any) -> tuple[grpc.StatusCode, str]:
    """Status and message of a call that must fail."""
    try:
        if hasattr(call, "__aiter__"):
            async for _ in call:
                pass
        else:
            await call
    except grpc.aio.AioRpcError as error:
        return error.code(), error.details() or ""
    raise AssertionError("the call was answered")

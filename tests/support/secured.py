"""Servers that ask who calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio

from tests.support.backend import Backend
from tests.support.clock import ManualClock
from tests.support.server import Server, running_server
from vexil.client.rpc import AioAccessStub, AioAdminStub, AioConfigStub, Endpoint, Tls, open_aio_channel
from vexil.server.access.bootstrap import make_admin_key
from vexil.server.access.key_text import KeyText
from vexil.server.stores.memory import MemoryStore
from vexil.server.watch.admission import AdmissionLimits
from vexil.server.watch.hub import HubLimits
from vexil.v1 import access_service_pb2 as access_pb
from vexil.v1.access_pb2 import Scope

SHOP = Scope(namespaces=["shop"], environments=["*"], key_prefixes=["*"], kinds=["*"])

Metadata = tuple[tuple[str, str], ...]


def bearer(token: str) -> Metadata:
    """The metadata that a credential travels in."""
    return (("authorization", f"Bearer {token}"),)


class Secured:
    """A server that asks who calls, and the first key."""

    def __init__(self, server: Server, admin: KeyText, channel: grpc.aio.Channel) -> None:
        self.server = server
        self.admin = bearer(admin.text)
        self.access: Any = AioAccessStub(channel)
        self.config: Any = AioConfigStub(channel)
        self.control: Any = AioAdminStub(channel)

    async def who(self, metadata: Metadata = ()) -> str:
        """The principal of a caller. Raises grpc.aio.AioRpcError."""
        answer = await self.access.who_am_i(access_pb.WhoAmIRequest(), metadata=metadata, timeout=20)
        return str(answer.principal)

    async def refused(self, metadata: Metadata = ()) -> grpc.StatusCode:
        """The code that such a caller is refused with."""
        try:
            principal = await self.who(metadata)
        except grpc.aio.AioRpcError as error:
            return error.code()
        raise AssertionError(f"it was let in as {principal}")

    async def key(self) -> access_pb.CreateServiceKeyResponse:
        """A new key for clients of the namespace `shop`."""
        grant = access_pb.WantedGrant(role="client", scope=SHOP)
        request = access_pb.CreateServiceKeyRequest(grants=[grant])
        response = await self.access.create_service_key(request, metadata=self.admin, timeout=20)
        assert isinstance(response, access_pb.CreateServiceKeyResponse)
        return response


@asynccontextmanager
async def secured(tls: Tls | None = None, **settings: Any) -> AsyncIterator[Secured]:
    """A server in memory that requires authentication; `tls` is what its client uses."""
    store = MemoryStore()
    beside = Backend(store, ManualClock(), HubLimits(), AdmissionLimits())
    await beside.directory.refresh()
    admin = await make_admin_key(beside.committer, beside.time.clock, first=True)
    async with running_server(store, authentication="required", **settings) as server:
        channel = open_aio_channel(Endpoint(server.target, tls))
        try:
            yield Secured(server, admin, channel)
        finally:
            await channel.close()

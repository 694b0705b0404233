"""Watchers and writers over gRPC, in this event loop, of servers that may be anywhere."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio

from tests.support.watcher import Watcher
from vexil.client.rpc import AioAdminStub, Endpoint, open_aio_channel
from vexil.convert.changes import requested_change_to_proto
from vexil.core.change import Change
from vexil.v1.admin_service_pb2 import CommitRequest, CreateNamespaceRequest
from vexil.v1.watch_pb2 import WatchRequest

NAMESPACE = "shop"
WATCH = "/vexil.v1.ConfigService/Watch"


class Fleet:
    """What one channel to a server is used for."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self.admin = AioAdminStub(channel)

    async def create(self) -> None:
        """Makes the namespace `shop`: `base`, and on top of it `prod`."""
        request = CreateNamespaceRequest(namespace=NAMESPACE)
        request.environments["base"].SetInParent()
        request.environments["prod"].parent = "base"
        await self.admin.create_namespace(request, wait_for_ready=True, timeout=60)

    async def commit(self, *changes: Change, request_id: str = "") -> int:
        """Makes a commit; its revision."""
        request = CommitRequest(
            namespace=NAMESPACE, changes=map(requested_change_to_proto, changes), request_id=request_id
        )
        return (await self.admin.commit(request, wait_for_ready=True, timeout=60)).commit.revision

    def watch(self, **request: Any) -> Watcher:
        """Watches an environment; `prod` unless told otherwise."""
        wanted = WatchRequest(**{"namespace": NAMESPACE, "environment": "prod", **request})
        return Watcher(self._messages(wanted))

    async def _messages(self, request: WatchRequest) -> AsyncGenerator[bytes, None]:
        channel: Any = self.channel
        call = channel.unary_stream(WATCH)(request.SerializeToString(), wait_for_ready=True)
        try:
            while (data := await call.read()) is not grpc.aio.EOF:
                yield data
        finally:
            call.cancel()


@asynccontextmanager
async def fleet(target: str) -> AsyncIterator[Fleet]:
    """A channel of its own."""
    async with open_aio_channel(Endpoint(target)) as channel:
        yield Fleet(channel)

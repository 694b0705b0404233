"""What every transport has to do."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest

from tests.acceptance.transport.toy import Toy
from tests.support.transports import TRANSPORTS, require
from vexil.client.rpc import Endpoint, Tls, open_aio_channel
from vexil.server.settings import TransportName
from vexil.server.transport.choice import open_transport
from vexil.server.transport.listener import Listener
from vexil.server.transport.port import Transport


class Serve(Protocol):
    """Starts a server for a toy; it ends with the test."""

    async def __call__(self, toy: Toy, *, serving: bool = True, **listener: Any) -> Transport: ...


class Connect(Protocol):
    """Opens a channel to a server; it is closed with the test."""

    def __call__(self, server: Transport, tls: Tls | None = None, **endpoint: Any) -> Any: ...


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> TransportName:
    name: TransportName = request.param
    require(name)
    return name


@pytest.fixture
def serve(transport: TransportName, stack: AsyncExitStack) -> Serve:
    async def start(toy: Toy, *, serving: bool = True, **listener: Any) -> Transport:
        wanted = Listener(**{"address": "127.0.0.1:0", **listener})
        server = open_transport(transport, wanted, toy.methods())
        await server.start()
        stack.push_async_callback(server.stop, toy.end_streams, 0.0)
        if serving:
            server.serve()
        return server

    return start


@pytest.fixture
def connect(stack: AsyncExitStack) -> Connect:
    def open_channel(server: Transport, tls: Tls | None = None, **endpoint: Any) -> Any:
        channel = open_aio_channel(Endpoint(f"127.0.0.1:{server.port}", tls, **endpoint))
        stack.push_async_callback(channel.close)
        return channel

    return open_channel


@pytest.fixture
def toy() -> Toy:
    return Toy()

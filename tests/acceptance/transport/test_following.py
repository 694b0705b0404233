"""Handlers whose streams are delivered from a history, as only the compiled transport does it."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc.aio
import pytest

from tests.support.server import PATIENCE
from tests.support.transports import require
from vexil.client.rpc import AioConfigStub, Endpoint, open_aio_channel
from vexil.core.errors import NotFound
from vexil.core.resource import Revision
from vexil.server.call import CallContext
from vexil.server.live import LiveHistory
from vexil.server.services import Method, MethodKind
from vexil.server.transport.choice import histories_of, open_transport
from vexil.server.transport.listener import Listener
from vexil.v1.watch_pb2 import WatchRequest, WatchResponse

LISTENER = Listener(address="127.0.0.1:0")


@pytest.fixture(autouse=True)
def _native() -> None:
    require("native")


def message(revision: int) -> bytes:
    return WatchResponse(revision=revision).SerializeToString()


def history() -> LiveHistory:
    """From revision 10 on, with room for one event."""
    opened = histories_of("native", LISTENER, 1, 1000)
    assert opened is not None
    return opened(Revision(10), message(10))


def add(history: LiveHistory, revision: int) -> None:
    history.append(Revision(revision), (message(revision),), message(revision))


class Following:
    """Its streams follow a history from revision 10 on. `resumed`: what was sent back, as it comes."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.history = history()
        self.failure = failure
        self.entered = 0
        self.resumed: asyncio.Queue[Revision] = asyncio.Queue()
        self.left = asyncio.Event()

    async def watch(
        self, _request: WatchRequest, call: CallContext
    ) -> AsyncGenerator[bytes | None, Revision]:
        follower = call.follower
        assert follower is not None
        self.entered += 1
        try:
            position = Revision(10)
            yield message(position)
            while True:
                follower.follow(self.history, position, 3600.0)
                position = yield None
                self.resumed.put_nowait(position)
                if self.failure is not None:
                    raise self.failure
                self.history = history()
                add(self.history, 11)
                position = Revision(11)
        finally:
            # What a handler cleans up may take its time.
            await asyncio.sleep(0)
            self.left.set()


@asynccontextmanager
async def watching(following: Following) -> AsyncIterator[Any]:
    """A call to it, that has its first message."""
    method = Method(
        "/vexil.v1.ConfigService/Watch",
        MethodKind.SERVER_STREAM,
        WatchRequest,
        WatchResponse,
        following.watch,
        limits_left=sys.maxsize,
    )
    server = open_transport("native", LISTENER, [method])
    await server.start()
    server.serve()
    try:
        async with open_aio_channel(Endpoint(f"127.0.0.1:{server.port}")) as channel:
            call: Any = AioConfigStub(channel).watch(WatchRequest(), timeout=PATIENCE)
            assert (await call.read()).revision == 10
            yield call
    finally:
        await server.stop(lambda: None, 0.0)
    await asyncio.wait_for(following.left.wait(), PATIENCE)


async def test_handler_sleeps_while_its_stream_is_delivered() -> None:
    following = Following()
    async with watching(following) as call:
        for revision in range(11, 20):
            add(following.history, revision)
            assert (await call.read()).revision == revision
        assert following.resumed.empty()


async def test_handler_is_told_where_its_stream_is_when_the_history_ends() -> None:
    following = Following()
    async with watching(following) as call:
        add(following.history, 11)
        assert (await call.read()).revision == 11
        following.history.end()
        assert await asyncio.wait_for(following.resumed.get(), PATIENCE) == 11


async def test_stream_of_a_handler_that_fails_later_ends_with_its_error() -> None:
    following = Following(NotFound("gone"))
    async with watching(following) as call:
        following.history.end()
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await call.read()
        assert failure.value.code() is grpc.StatusCode.NOT_FOUND


async def test_handler_is_closed_when_its_caller_leaves() -> None:
    following = Following()
    async with watching(following) as call:
        call.cancel()
        await asyncio.wait_for(following.left.wait(), PATIENCE)
        assert following.resumed.empty()


@pytest.mark.parametrize("pause", [0.0, 0.001, 0.003])
async def test_caller_may_leave_while_its_stream_is_handed_back(pause: float) -> None:
    following = Following()
    async with watching(following) as call:
        following.history.end()
        await asyncio.sleep(pause)
        call.cancel()
        await asyncio.wait_for(following.left.wait(), PATIENCE)


async def test_handler_is_closed_when_the_server_stops() -> None:
    following = Following()
    async with watching(following):
        pass
    assert following.entered == 1

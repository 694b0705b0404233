"""Streams that come and go: opened in every way that clients know, and ended in every way as well."""

import asyncio
from contextlib import AsyncExitStack
from typing import Self, TypeGuard

import grpc
import grpc.aio

from tests.robustness.cluster import open_channel
from tests.robustness.proxy import Proxy
from tests.robustness.soak.requests import request
from vexil.client.rpc import AioConfigStub
from vexil.v1 import watch_pb2

_CHANNELS = 8
_AT_ONCE = 64
_DEADLINE = 0.05
_CUT_EVERY = 499


class Churn:
    """Opens streams through a proxy, some at a time. `served` counts those that were told anything.

    They end in turn when they have all that there is, by their deadline, and after the first message, while
    more is under way; every now and then all connections are cut.
    """

    def __init__(self, between: Proxy) -> None:
        self.served = 0
        self._between = between
        self._channels: list[grpc.aio.Channel] = []
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._ends = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for _ in range(_CHANNELS):
            channel = open_channel(self._between.address)
            self._channels.append(await self._ends.enter_async_context(channel))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ends.aclose()

    async def run(self, numbers: range, newest: int) -> None:
        """A stream for each number, until all have ended; `newest` is the newest revision."""
        await asyncio.gather(*(self._visit(number, newest) for number in numbers))

    async def _visit(self, number: int, newest: int) -> None:
        async with self._room:
            channel = self._channels[number % _CHANNELS]
            by_deadline, to_the_token = number % 3 == 1, number % 3 == 0
            call = AioConfigStub(channel).watch(
                request(number, newest),
                timeout=_DEADLINE if by_deadline else 30.0,
                wait_for_ready=True,
            )
            try:
                message = await call.read()
                self.served += _told(message)
                if number % _CUT_EVERY == 0:
                    self._between.cut()
                while _told(message) and (by_deadline or (to_the_token and not message.resume_token)):
                    message = await call.read()
            except grpc.aio.AioRpcError:
                return  # refused, its deadline, or a cut connection: that is what it is here for
            finally:
                call.cancel()


def _told(message: object) -> TypeGuard[watch_pb2.WatchResponse]:
    return isinstance(message, watch_pb2.WatchResponse)

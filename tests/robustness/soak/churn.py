"""Streams that come and go: opened in every way that clients know, and ended in every way as well."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Self, TypeAlias, TypeGuard

import grpc
import grpc.aio

from tests.robustness.cluster import open_channel
from tests.robustness.proxy import Proxy
from vexil.client.rpc import AioConfigStub
from vexil.v1 import watch_pb2

NAMESPACE, ENVIRONMENT = "soak", "prod"

_CHANNELS = 8
_AT_ONCE = 64
_FEW = 16
"""So many different names are used, again and again: what the server keeps for each is not what grows."""

_DEADLINE = 0.05
_CUT_EVERY = 193

Request: TypeAlias = watch_pb2.WatchRequest


def everything(_number: int) -> Request:
    """A full state."""
    return Request(namespace=NAMESPACE, environment=ENVIRONMENT)


def _prefix(number: int) -> Request:
    request = everything(number)
    request.selectors.add(prefix=f"key-{_other(number)}")
    return request


def _from_now(number: int) -> Request:
    request = everything(number)
    request.from_now = True
    request.conflate = True
    request.subscriber.service = "soak"
    request.subscriber.instance = f"instance-{_other(number)}"
    return request


def _from_the_start(number: int) -> Request:
    """Everything since the namespace was made: out of the history, or else the log."""
    request = everything(number)
    request.after_revision = 1
    request.on_compacted = watch_pb2.COMPACTED_POLICY_RESYNC
    request.watch_id = f"watch-{_other(number)}"
    return request


def _forged(number: int) -> Request:
    request = everything(number)
    request.resume_token = number.to_bytes(8, "big")
    return request


def _elsewhere(number: int) -> Request:
    request = everything(number)
    request.environment = "nowhere"
    return request


_WAYS: Sequence[Callable[[int], Request]] = (
    everything,
    _prefix,
    _from_now,
    _from_the_start,
    everything,
    _prefix,
    _forged,
    _elsewhere,
)


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

    async def run(self, numbers: range) -> None:
        """A stream for each number, until all have ended."""
        await asyncio.gather(*map(self._visit, numbers))

    async def _visit(self, number: int) -> None:
        async with self._room:
            channel = self._channels[number % _CHANNELS]
            by_deadline, to_the_token = number % 3 == 1, number % 3 == 0
            call = AioConfigStub(channel).watch(
                _WAYS[number % len(_WAYS)](number),
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


def _other(number: int) -> int:
    """One of few: another one for each stream that is opened in the same way."""
    return number // len(_WAYS) % _FEW


def _told(message: object) -> TypeGuard[watch_pb2.WatchResponse]:
    return isinstance(message, watch_pb2.WatchResponse)

"""Streams that stay, and come back with their token when their connection was cut."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import grpc
import grpc.aio

from tests.robustness.cluster import open_channel
from tests.robustness.soak.requests import everything
from tests.support.server import PATIENCE
from vexil.client.rpc import AioConfigStub
from vexil.v1 import watch_pb2

_PAUSE = 0.01


class Resident:
    """One of them. `position` is the revision that it was told last."""

    def __init__(self) -> None:
        self.position = 0
        self._token = b""
        self._told = asyncio.Condition()

    async def run(self, address: str) -> None:
        """Watches until cancelled."""
        async with open_channel(address) as channel:
            while True:
                request = everything()
                if self._token:
                    request.resume_token = self._token
                call = AioConfigStub(channel).watch(request, wait_for_ready=True)
                try:
                    async for message in call:
                        await self._take(message)
                except grpc.aio.AioRpcError:
                    await asyncio.sleep(_PAUSE)
                finally:
                    call.cancel()

    async def told(self, revision: int) -> None:
        """Waits until it was told of everything up to the revision. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE), self._told:
            await self._told.wait_for(lambda: self.position >= revision)

    async def _take(self, message: watch_pb2.WatchResponse) -> None:
        if message.resume_token:
            async with self._told:
                self._token, self.position = message.resume_token, message.revision
                self._told.notify_all()


async def told(here: Sequence[Resident], revision: int) -> None:
    """Waits until all of them were told of everything up to the revision. Raises TimeoutError."""
    for resident in here:
        await resident.told(revision)


@asynccontextmanager
async def residents(address: str, count: int) -> AsyncIterator[list[Resident]]:
    """So many of them, for as long as the block runs."""
    here = [Resident() for _ in range(count)]
    tasks = [asyncio.create_task(resident.run(address)) for resident in here]
    try:
        yield here
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

"""Watchers: they read streams, remember the last token, and come back with it, to any server."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio

from tests.robustness.cluster import Target, open_channel
from tests.robustness.recorder import Recorder
from tests.robustness.records import Acknowledged, Ended, Opened, Promised, Received, Watched
from tests.robustness.wire import members_of
from tests.support.server import PATIENCE
from vexil.client.rpc import AioConfigStub, to_vexil_error
from vexil.core.errors import Reason
from vexil.v1 import watch_pb2

NAMESPACE = "shop"

_PATIENCE = 4.0
"""Seconds beyond the silence that it asked for after which a watcher takes a stream for dead."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a watcher wants.

    `pause`: seconds that it takes over a message, at most; `stops`: now and then it takes much longer.
    `silence`: seconds after which an idle stream is told that nothing is missing. `talks`: seconds between
    its own requests for progress and its acknowledgements, at most; 0: it makes none.
    """

    environment: str
    selectors: tuple[Mapping[str, Any], ...] = ()
    resync: bool = True
    conflate: bool = False
    batch: bool = False
    pause: float = 0.0
    stops: bool = False
    silence: float = 0.3
    talks: float = 0.0

    def request(self, token: bytes, watch_id: str = "") -> watch_pb2.WatchRequest:
        """Asks for it, after a token, or from a full state where that is empty."""
        request = watch_pb2.WatchRequest(
            namespace=NAMESPACE,
            environment=self.environment,
            selectors=[watch_pb2.Selector(**selector) for selector in self.selectors],
            on_compacted=watch_pb2.COMPACTED_POLICY_RESYNC
            if self.resync
            else watch_pb2.COMPACTED_POLICY_FAIL,
            conflate=self.conflate,
            batch=self.batch,
            watch_id=watch_id,
        )
        request.progress_interval.FromMilliseconds(int(self.silence * 1000))
        if token:
            request.resume_token = token
        return request


@dataclass(frozen=True, slots=True)
class Bookmark:
    """What a watcher has saved: the newest revision that it was told all of, and the token to go on with."""

    position: int = 0
    token: bytes = b""


class Watcher:
    """One watcher. `position` is the revision that it was told last; `streams` counts those it opened.

    `life` counts the processes that it has had; it goes on with what an earlier one has saved.
    """

    def __init__(
        self,
        name: str,
        wish: Wish,
        targets: Sequence[Target],
        recorder: Recorder,
        dice: random.Random,
        *,
        life: int = 1,
        saved: Bookmark = Bookmark(),
    ) -> None:
        self.name = name
        self.position = saved.position
        self.streams = 0
        self._life = life
        self._promises = 0
        self._wish = wish
        self._targets = targets
        self._recorder = recorder
        self._dice = dice
        self._token = saved.token
        self._told = asyncio.Condition()
        recorder.add(
            Watched,
            watcher=name,
            environment=wish.environment,
            selectors=wish.selectors,
            resync=wish.resync,
            conflate=wish.conflate,
            batch=wish.batch,
        )

    async def run(self) -> None:
        """Watches until cancelled."""
        while True:
            await self._watch(self._dice.choice(self._targets))
            await asyncio.sleep(self._dice.uniform(0.02, 0.2))

    async def told(self, revision: int, patience: float = PATIENCE) -> bool:
        """Waits until it was told of everything up to the revision; False when that does not come to pass."""
        try:
            async with asyncio.timeout(patience), self._told:
                await self._told.wait_for(lambda: self.position >= revision)
        except TimeoutError:
            return False
        return True

    async def promised(self) -> bool:
        """Waits until a request for progress that was sent from now on is answered; False as `told`."""
        # One that was sent before may still be under way.
        enough = self._promises + 2
        try:
            async with asyncio.timeout(PATIENCE), self._told:
                await self._told.wait_for(lambda: self._promises >= enough)
        except TimeoutError:
            return False
        return True

    async def _watch(self, target: Target) -> None:
        self.streams += 1
        stream = f"{self.name}/{self._life}.{self.streams}"
        self._recorder.add(
            Opened,
            watcher=self.name,
            stream=stream,
            server=target.name,
            position=self.position if self._token else None,
        )
        async with open_channel(target.address) as channel:
            stub = AioConfigStub(channel)
            call = stub.watch(self._wish.request(self._token, stream))
            talking = asyncio.create_task(self._talk(stream, stub))
            try:
                await self._read(stream, call)
            except grpc.aio.AioRpcError as error:
                self._refused(stream, error)
            except TimeoutError:
                self._recorder.add(Ended, watcher=self.name, stream=stream, code="SILENT", own=True)
            finally:
                call.cancel()
                talking.cancel()
                await asyncio.wait([talking])

    async def _talk(self, stream: str, stub: AioConfigStub) -> None:
        while self._wish.talks:
            await asyncio.sleep(self._dice.uniform(0.0, self._wish.talks))
            with suppress(grpc.aio.AioRpcError):
                await self._request_progress(stream, stub)
                await self._acknowledge(stub)

    async def _request_progress(self, stream: str, stub: AioConfigStub) -> None:
        request = watch_pb2.RequestProgressRequest(namespace=NAMESPACE, watch_id=stream)
        requested_at = time.monotonic()
        answer = await stub.request_progress(request, timeout=_PATIENCE)
        self._recorder.add(
            Promised, watcher=self.name, stream=stream, requested_at=requested_at, revision=answer.revision
        )
        async with self._told:
            self._promises += 1
            self._told.notify_all()

    async def _acknowledge(self, stub: AioConfigStub) -> None:
        if not self.position:
            return
        request = watch_pb2.AcknowledgeRequest(
            namespace=NAMESPACE,
            environment=self._wish.environment,
            subscriber=watch_pb2.Subscriber(service="robustness", instance=self.name),
            applied_revision=self.position,
        )
        answer = await stub.acknowledge(request, timeout=_PATIENCE)
        self._recorder.add(
            Acknowledged, watcher=self.name, revision=request.applied_revision, head=answer.head_revision
        )

    async def _read(self, stream: str, call: grpc.aio.UnaryStreamCall[Any, watch_pb2.WatchResponse]) -> None:
        while True:
            async with asyncio.timeout(self._wish.silence + _PATIENCE):
                response = await call.read()
            if not isinstance(response, watch_pb2.WatchResponse):
                self._recorder.add(Ended, watcher=self.name, stream=stream, code="OK")
                return
            self._recorder.add(Received, watcher=self.name, stream=stream, **members_of(response))
            if response.resume_token:
                self._token = response.resume_token
                async with self._told:
                    self.position = response.revision
                    self._told.notify_all()
            await self._dawdle()

    async def _dawdle(self) -> None:
        if self._wish.pause:
            await asyncio.sleep(self._dice.uniform(0.0, self._wish.pause))
        if self._wish.stops and self._dice.random() < 0.02:
            await asyncio.sleep(self._dice.uniform(0.5, 1.5))

    def _refused(self, stream: str, refusal: grpc.aio.AioRpcError) -> None:
        error = to_vexil_error(refusal)
        self._recorder.add(
            Ended,
            watcher=self.name,
            stream=stream,
            code=refusal.code().name,
            reason=error.reason,
            compact_revision=int(error.metadata.get("compact_revision", 0)),
        )
        if error.reason is Reason.REVISION_COMPACTED:
            self._token, self.position = b"", 0


@asynccontextmanager
async def watching(watchers: Sequence[Watcher]) -> AsyncIterator[None]:
    """Watchers at work while the block runs."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(watcher.run()) for watcher in watchers]
        yield
        for task in tasks:
            task.cancel()

"""Watchers: they read streams, remember the last token, and come back with it, to any server."""

import asyncio
import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio

from tests.robustness.cluster import Target, open_channel
from tests.robustness.records import Ended, Opened, Received, Recorder, Watched
from tests.robustness.wire import members_of
from tests.support.server import PATIENCE
from vexil.client.rpc import AioConfigStub, to_vexil_error
from vexil.core.errors import Reason
from vexil.v1 import watch_pb2

NAMESPACE = "shop"

_PATIENCE = 4.0
"""Seconds beyond the silence that it asked for after which a watcher takes a stream for dead."""

_streams = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a watcher wants.

    `pause`: seconds that it takes over a message, at most; `stops`: now and then it takes much longer.
    `silence`: seconds after which an idle stream is told that nothing is missing.
    """

    environment: str
    selectors: tuple[Mapping[str, Any], ...] = ()
    resync: bool = True
    conflate: bool = False
    pause: float = 0.0
    stops: bool = False
    silence: float = 0.3

    def request(self, token: bytes) -> watch_pb2.WatchRequest:
        """Asks for it, after a token, or from a full state where that is empty."""
        request = watch_pb2.WatchRequest(
            namespace=NAMESPACE,
            environment=self.environment,
            selectors=[watch_pb2.Selector(**selector) for selector in self.selectors],
            on_compacted=watch_pb2.COMPACTED_POLICY_RESYNC
            if self.resync
            else watch_pb2.COMPACTED_POLICY_FAIL,
            conflate=self.conflate,
        )
        request.progress_interval.FromMilliseconds(int(self.silence * 1000))
        if token:
            request.resume_token = token
        return request


class Watcher:
    """One watcher. `position` is the revision that it was told last; `streams` counts those it opened."""

    def __init__(
        self, name: str, wish: Wish, targets: Sequence[Target], recorder: Recorder, dice: random.Random
    ) -> None:
        self.name = name
        self.position = 0
        self.streams = 0
        self._wish = wish
        self._targets = targets
        self._recorder = recorder
        self._dice = dice
        self._token = b""
        self._told = asyncio.Condition()
        recorder.add(
            Watched,
            watcher=name,
            environment=wish.environment,
            selectors=wish.selectors,
            resync=wish.resync,
            conflate=wish.conflate,
        )

    async def run(self) -> None:
        """Watches until cancelled."""
        while True:
            await self._watch(self._dice.choice(self._targets))
            await asyncio.sleep(self._dice.uniform(0.02, 0.2))

    async def told(self, revision: int) -> bool:
        """Waits until it was told of everything up to the revision; False when that does not come to pass."""
        try:
            async with asyncio.timeout(PATIENCE), self._told:
                await self._told.wait_for(lambda: self.position >= revision)
        except TimeoutError:
            return False
        return True

    async def _watch(self, target: Target) -> None:
        stream = next(_streams)
        self.streams += 1
        self._recorder.add(
            Opened,
            watcher=self.name,
            stream=stream,
            server=target.name,
            position=self.position if self._token else None,
        )
        async with open_channel(target.address) as channel:
            call = AioConfigStub(channel).watch(self._wish.request(self._token))
            try:
                await self._read(stream, call)
            except grpc.aio.AioRpcError as error:
                self._refused(stream, error)
            except TimeoutError:
                self._recorder.add(Ended, watcher=self.name, stream=stream, code="SILENT", own=True)
            finally:
                call.cancel()

    async def _read(self, stream: int, call: grpc.aio.UnaryStreamCall[Any, watch_pb2.WatchResponse]) -> None:
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

    def _refused(self, stream: int, refusal: grpc.aio.AioRpcError) -> None:
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

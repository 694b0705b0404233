"""The tasks of an asyncio client."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import grpc
import grpc.aio

from vexil.client import forks
from vexil.client.aio_dispatcher import AioDispatcher
from vexil.client.catch_up import CatchUp, closed
from vexil.client.collection import collected_later
from vexil.client.engine import Engine
from vexil.client.replica.reports import Report
from vexil.client.rpc import AioConfigStub, open_aio_channel, to_vexil_error
from vexil.client.rpc.watching import (
    acknowledge_request,
    messages_from_proto,
    new_watch_id,
    progress_request,
    watch_request,
)
from vexil.client.state import ClientState
from vexil.core.errors import VexilError
from vexil.core.resource import Revision


class AioWorker:
    """Keeps an engine fed: one task reads the stream, one keeps house, one calls back.

    All of it runs in the event loop that `start` was called in.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.dispatcher = AioDispatcher()
        self._moved = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._channel: grpc.aio.Channel | None = None
        self._stub: AioConfigStub | None = None
        self._saving: asyncio.Task[bool] | None = None
        self._started = False
        self._closed = False
        self._orphaned = False
        forks.tell(self)

    async def start(self) -> None:
        """Starts the tasks; without effect when they run. Raises FailedPrecondition after a fork."""
        self.check_process()
        if self._started or self._is_closed():
            return
        stub = self._stub = AioConfigStub(self._open_channel())
        self._started = True
        cache = self.engine.cache
        saved = None if cache is None else await asyncio.to_thread(cache.load)
        if self._is_closed():
            return
        if saved is not None:
            self.engine.restore(saved)
        self._spawn(self._read(stub), "vexil-watch")
        self._spawn(self._keep_house(stub), "vexil-house")

    async def wait_for(
        self,
        condition: Callable[[], bool],
        timeout: float | None,  # noqa: ASYNC109 - its end is an answer
    ) -> bool:
        """Waits until the condition on the engine holds, or the client is closed; False on time-out."""
        self.check_process()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not condition() and not self._closed:
                    await self._moved.wait()
        return condition()

    async def catch_up(self, timeout: float) -> Revision:  # noqa: ASYNC109 - its end is an error of ours
        """Waits until the state has all that was committed before; raises as `AsyncClient.catch_up` says."""
        await self.start()
        catch_up = CatchUp(self.engine, timeout)
        while True:
            stub = self._stub
            if self._closed or stub is None:
                raise closed()
            if catch_up.is_over():
                return catch_up.revision()
            watch_id = catch_up.ask()
            if watch_id is None:
                await self.wait_for(lambda: not catch_up.is_waiting(), catch_up.pause)
            else:
                await self._request_progress(stub, catch_up, watch_id)

    def check_process(self) -> None:
        """Raises FailedPrecondition in a forked child."""
        if self._orphaned:
            raise forks.refuse()

    async def close(self) -> None:
        """Ends everything. May be called again, callbacks included."""
        if self._closed or self._orphaned:
            self._closed = True
            return
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._saving is not None:
            # Its task was cancelled, its thread goes on: two at once could leave the older state.
            await self._saving
        await self._save(at_once=True)
        self.engine.close()
        self._notify()
        await self.dispatcher.close()
        if self._channel is not None:
            await self._channel.close()

    def after_fork(self) -> None:
        """In a forked child: the tasks belong to a loop that does not run here."""
        session = self.engine.session
        if self._started and session.state is not ClientState.CLOSED:
            self._orphaned = True
            session.abandon(forks.OrphanReader(session.view))

    def _is_closed(self) -> bool:
        return self._closed

    def _open_channel(self) -> grpc.aio.Channel:
        self._channel = open_aio_channel(self.engine.options.endpoint)
        return self._channel

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _notify(self) -> None:
        """Wakes everything that waits for the engine to move."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def _read(self, stub: AioConfigStub) -> None:
        target = self.engine.options.endpoint.target
        while True:
            error: VexilError | None = None
            try:
                await self._follow(stub)
            except grpc.RpcError as failure:
                error = to_vexil_error(failure, target)
            except VexilError as failure:
                error = failure
            except Exception as failure:  # noqa: BLE001 - reading goes on, whatever a message does
                error = self.engine.defect(failure)
            pause = self.engine.stream_ended(error)
            self._notify()
            await asyncio.sleep(pause)

    async def _follow(self, stub: AioConfigStub) -> None:
        """Reads one stream to its end. Raises RpcError and VexilError."""
        watch_id = new_watch_id()
        self.engine.session.stream_begins(watch_id)
        token = self.engine.session.resume_token
        call = stub.watch(watch_request(self.engine.options, token, watch_id))
        try:
            async for response in call:
                with collected_later():
                    for message in messages_from_proto(response):
                        self.engine.receive(message)
                self._notify()
        finally:
            call.cancel()

    async def _keep_house(self, stub: AioConfigStub) -> None:
        while True:
            pause = self.engine.due - self.engine.clock()
            if pause > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause if pause < float("inf") else None):
                        await self._moved.wait()
            before = self.engine.session.state
            self.engine.tick()
            if self.engine.session.state is not before:
                self._notify()
            report = self.engine.report()
            if report is not None:
                self._spawn(self._send(stub, report), "vexil-report")
            await self._save(at_once=False)

    async def _send(self, stub: AioConfigStub, report: Report) -> None:
        options = self.engine.options
        try:
            await stub.acknowledge(acknowledge_request(options, report), timeout=options.call_timeout)
        except grpc.RpcError:
            self.engine.report_failed(report)
            self._notify()

    async def _request_progress(self, stub: AioConfigStub, catch_up: CatchUp, watch_id: str) -> None:
        options = self.engine.options
        try:
            request = progress_request(options, watch_id)
            answer = await stub.request_progress(request, timeout=catch_up.remaining)
        except grpc.RpcError as failure:
            catch_up.failed(to_vexil_error(failure, options.endpoint.target))
        except asyncio.CancelledError:
            # A channel that is closed cancels its calls, which looks as if the caller were cancelled.
            caller = asyncio.current_task()
            if self._closed and caller is not None and not caller.cancelling():
                raise closed() from None
            raise
        else:
            catch_up.answered(answer.revision)

    async def _save(self, *, at_once: bool) -> None:
        saved = self.engine.unsaved(at_once=at_once)
        if saved is not None and self.engine.cache is not None:
            self._saving = asyncio.create_task(asyncio.to_thread(self.engine.cache.save, saved))
            await asyncio.shield(self._saving)

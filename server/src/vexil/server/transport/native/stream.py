"""One call that is answered in the event loop, by its handler or, while that is suspended, by a history."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

from google.protobuf.message import Message
from vexil_native import Outbound

from vexil.core.resource import Revision
from vexil.server.transport.native.call import NativeCall
from vexil.server.transport.native.failures import STOPPING, failure

Responses = AsyncGenerator[Message | bytes | None, Revision]
"""What a handler sends; None: it is suspended until a position is sent back, as `Follower` says."""


HeardOut = Callable[[], Awaitable[None]]


class Stream:
    """Sends what a handler yields as fast as it is read, in a task that lasts while the handler is at work.

    A suspended handler costs no more than its generator. A caller who leaves has it closed in any case.
    """

    __slots__ = (
        "_call",
        "_gone",
        "_heard_out",
        "_loop",
        "_open",
        "_outbound",
        "_path",
        "_responses",
        "_room",
        "_task",
        "_tasks",
    )

    def __init__(
        self,
        open_responses: Callable[[], Responses],
        call: NativeCall,
        path: str,
        outbound: Outbound,
        tasks: set[asyncio.Task[None]],
        loop: asyncio.AbstractEventLoop,
        *,
        heard_out: HeardOut | None = None,
    ) -> None:
        """`open_responses` is called in the event loop; `tasks` has the task while there is one.

        `heard_out` is awaited before the caller is told of an error: it may still write.
        Made in the transport's thread, in which also `start` is called.
        """
        self._open: Callable[[], Responses] | None = open_responses
        self._responses: Responses | None = None
        self._call = call
        self._path = path
        self._outbound = outbound
        self._tasks = tasks
        self._loop = loop
        self._heard_out = heard_out
        self._task: asyncio.Task[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._gone = False
        outbound.listen(self._hear)

    def start(self) -> None:
        """Has the event loop run the handler."""
        try:
            self._loop.call_soon_threadsafe(self._begin)
        except RuntimeError:  # the event loop has ended
            self._outbound.fail(*failure(STOPPING, self._call, self._path))

    def _hear(self, event: str, position: int) -> None:
        """In the transport's thread."""
        with suppress(RuntimeError):  # the event loop has ended, and the handler with it
            match event:
                case "ready":
                    self._loop.call_soon_threadsafe(self._has_room)
                case "left":
                    self._loop.call_soon_threadsafe(self._begin, Revision(position))
                case _:
                    self._loop.call_soon_threadsafe(self._close)

    def _begin(self, position: Revision | None = None) -> None:
        """In the event loop."""
        task = self._loop.create_task(self._run(position))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _has_room(self) -> None:
        """In the event loop."""
        if self._room is not None and not self._room.done():
            self._room.set_result(None)

    def _close(self) -> None:
        """In the event loop."""
        self._gone = True
        if self._task is not None:
            self._task.cancel()
        else:
            self._begin()

    async def _run(self, position: Revision | None) -> None:
        # A task that is cancelled before its first step would not clean up; so it makes itself known here.
        if self._task is not None:
            return
        self._task = asyncio.current_task()
        suspended = False
        try:
            suspended = not self._gone and await self._send_all(position)
            if not suspended:
                self._outbound.finish()
        except (asyncio.CancelledError, GeneratorExit):
            # Where the caller left, nobody hears it. Otherwise the event loop ends.
            self._outbound.fail(*failure(STOPPING, self._call, self._path))
            raise
        except BaseException as error:  # noqa: BLE001 - the caller gets a status, whatever it was
            try:
                if self._heard_out is not None:
                    await self._heard_out()
            finally:
                self._outbound.fail(*failure(error, self._call, self._path))
        finally:
            try:
                if not suspended and self._responses is not None:
                    await self._responses.aclose()
            finally:
                self._task = None

    async def _send_all(self, position: Revision | None) -> bool:
        """Whether the handler is suspended then; otherwise it has ended."""
        if self._open is not None:
            self._responses, self._open = self._open(), None
        responses = self._responses
        if responses is None:
            return False
        try:
            response = await (anext(responses) if position is None else responses.asend(position))
            while response is not None:
                await self._send(response if isinstance(response, bytes) else response.SerializeToString())
                response = await anext(responses)
        except StopAsyncIteration:
            return False
        return True

    async def _send(self, message: bytes) -> None:
        """Sends, and waits while there is no room for more."""
        room = self._room = self._loop.create_future()
        if not self._outbound.send(message):
            await room

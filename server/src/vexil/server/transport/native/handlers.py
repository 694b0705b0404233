"""The table of methods as functions that the compiled transport calls.

It calls them in its own thread. What waits for something runs as a task of the event loop; what does not is
answered at once.
"""

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing, suppress
from typing import Any

from google.protobuf.message import Message
from vexil_native import Call, Inbound, Outbound

from vexil.core.errors import Unavailable
from vexil.server.services import Method, MethodKind
from vexil.server.transport.failures import status_of
from vexil.server.transport.native.call import NativeCall

Entry = tuple[str, str, Callable[..., Any]]
"""A path, the shape of its handler, and the handler."""

Failure = tuple[int, str, bytes, str]
"""A gRPC code, a message, an encoded `google.rpc.Status`, and the call's request id."""

_STOPPING = Unavailable("the server is stopping")

_READ_AHEAD = 16
"""Requests of a stream that wait for their handler at most."""


class NativeHandlers:
    """Entries for a server, and the tasks that are under way for its calls."""

    def __init__(self, methods: Iterable[Method]) -> None:
        self._methods = list(methods)
        self._tasks: set[asyncio.Task[None]] = set()

    def entries(self, loop: asyncio.AbstractEventLoop) -> list[Entry]:
        """What a `vexil_native.Server` takes; tasks run in that loop."""
        self._loop = loop
        return [self._entry(method) for method in self._methods]

    async def finished(self) -> None:
        """Waits until every task has cleaned up after itself."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _entry(self, method: Method) -> Entry:
        if method.kind is MethodKind.BIDI:
            return method.path, "bidirectional", self._conversation(method)
        if method.kind is MethodKind.UNARY and not inspect.iscoroutinefunction(method.handler):
            return method.path, "direct", _direct(method)
        return method.path, "started", self._started(method)

    def _started(self, method: Method) -> Callable[..., None]:
        async def unary(request: Message, call: NativeCall, sender: "Sender") -> None:
            await sender.send(await method.handler(request, call))

        async def stream(request: Message, call: NativeCall, sender: "Sender") -> None:
            await _send_all(method.handler(request, call), sender)

        respond = unary if method.kind is MethodKind.UNARY else stream

        def start(data: bytes, call: Call, outbound: Outbound) -> None:
            async def run(call: NativeCall, sender: Sender) -> None:
                await respond(method.decode(data), call, sender)

            self._start(method, NativeCall(call), outbound, run)

        return start

    def _conversation(self, method: Method) -> Callable[..., Callable[[bytes | None], bool]]:
        def start(call: Call, outbound: Outbound, inbound: Inbound) -> Callable[[bytes | None], bool]:
            requests = Requests(method, inbound, self._loop)

            async def run(call: NativeCall, sender: Sender) -> None:
                await _send_all(method.handler(requests.messages(), call), sender)

            self._start(method, NativeCall(call), outbound, run)
            return requests.receive

        return start

    def _start(
        self,
        method: Method,
        call: NativeCall,
        outbound: Outbound,
        run: "Callable[[NativeCall, Sender], Any]",
    ) -> None:
        """Has the event loop run it; called in the transport's thread."""
        sender = Sender(outbound, self._loop)

        async def answer() -> None:
            try:
                await run(call, sender)
                outbound.finish()
            except (asyncio.CancelledError, GeneratorExit):
                # Where the caller left, nobody hears it. Otherwise the event loop ends.
                outbound.fail(*failure(_STOPPING, call, method.path))
                raise
            except BaseException as error:  # noqa: BLE001 - the caller gets a status, whatever it was
                outbound.fail(*failure(error, call, method.path))

        def begin() -> None:
            task = self._loop.create_task(answer())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            sender.belongs_to(task)

        try:
            self._loop.call_soon_threadsafe(begin)
        except RuntimeError:  # the event loop has ended
            outbound.fail(*failure(_STOPPING, call, method.path))


class Sender:
    """Sends messages as fast as they are read. A caller who leaves ends the task that sends."""

    __slots__ = ("_closed", "_loop", "_outbound", "_room", "_task")

    def __init__(self, outbound: Outbound, loop: asyncio.AbstractEventLoop) -> None:
        self._outbound = outbound
        self._loop = loop
        self._task: asyncio.Task[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._closed = False
        outbound.listen(self._hear)

    def belongs_to(self, task: "asyncio.Task[None]") -> None:
        """Names the task that sends."""
        self._task = task
        if self._closed:
            task.cancel()

    async def send(self, message: Message | bytes) -> None:
        """Sends, and waits while there is no room for more."""
        encoded = message if isinstance(message, bytes) else message.SerializeToString()
        room = self._room = self._loop.create_future()
        if not self._outbound.send(encoded):
            await room

    def _hear(self, event: str, _position: int) -> None:
        """Called in the transport's thread."""
        with suppress(RuntimeError):  # the event loop has ended, and the task with it
            self._loop.call_soon_threadsafe(self._closes if event == "closed" else self._has_room)

    def _has_room(self) -> None:
        if self._room is not None and not self._room.done():
            self._room.set_result(None)

    def _closes(self) -> None:
        self._closed = True
        if self._task is not None:
            self._task.cancel()


class Requests:
    """The requests of one stream, between the transport's thread and the handler."""

    def __init__(self, method: Method, inbound: Inbound, loop: asyncio.AbstractEventLoop) -> None:
        self._method = method
        self._inbound = inbound
        self._loop = loop
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._paused = False

    def receive(self, data: bytes | None) -> bool:
        """Takes the next one, None at their end; whether more are wanted. Called by the transport."""
        self._loop.call_soon_threadsafe(self._queue.put_nowait, data)
        self._paused = self._queue.qsize() >= _READ_AHEAD
        return not self._paused

    async def messages(self) -> AsyncIterator[Message]:
        """The requests. Raises InvalidRequest for bytes that are none."""
        while (data := await self._queue.get()) is not None:
            if self._paused and self._queue.qsize() < _READ_AHEAD // 2:
                self._paused = False
                self._inbound.resume()
            yield self._method.decode(data)


async def _send_all(responses: AsyncGenerator[Message | bytes, None], sender: Sender) -> None:
    async with aclosing(responses):
        async for response in responses:
            await sender.send(response)


def _direct(method: Method) -> Callable[[bytes, Call], bytes | Failure]:
    """The hot path: one call, from bytes to bytes."""
    decode, handler = method.decode, method.handler

    def answer(data: bytes, native: Call) -> bytes | Failure:
        call = NativeCall(native)
        try:
            response = handler(decode(data), call)
            return response if isinstance(response, bytes) else response.SerializeToString()
        except BaseException as error:  # noqa: BLE001 - the caller gets a status, whatever it was
            return failure(error, call, method.path)

    return answer


def failure(error: BaseException, call: NativeCall, path: str) -> Failure:
    """The error as the compiled code sends it."""
    status = status_of(error, call, path)
    return status.code, status.message, status.SerializeToString(), call.request_id

"""The table of methods as functions that the compiled transport calls.

It calls them in its own thread. What waits for something runs as a task of the event loop; what does not is
answered at once.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from google.protobuf.message import Message
from vexil_native import Call, Inbound, Outbound

from vexil.server.identity.authentication import Authentication
from vexil.server.services import Method, MethodKind
from vexil.server.transport.hearing import heard_out
from vexil.server.transport.native.call import NativeCall
from vexil.server.transport.native.failures import Failure, failure
from vexil.server.transport.native.stream import HeardOut, Responses, Stream

Entry = tuple[str, str, Callable[..., Any]]
"""A path, the shape of its handler, and the handler."""

_READ_AHEAD = 16
"""Requests of a stream that wait for their handler at most."""


class NativeHandlers:
    """Entries for a server, and the tasks that are under way for its calls."""

    def __init__(self, methods: Iterable[Method], authentication: Authentication) -> None:
        self._methods = list(methods)
        self._authentication = authentication
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
            return method.path, "direct", _direct(method, self._authentication)
        return method.path, "started", self._started(method)

    def _started(self, method: Method) -> Callable[..., None]:
        def start(data: bytes, native: Call, outbound: Outbound) -> None:
            if method.kind is MethodKind.SERVER_STREAM:
                call = NativeCall(native, self._authentication, outbound)
                self._start(lambda: method.handler(method.read(data, call), call), method, call, outbound)
            else:
                call = NativeCall(native, self._authentication)
                self._start(lambda: _only(method, data, call), method, call, outbound)

        return start

    def _conversation(self, method: Method) -> Callable[..., Callable[[bytes | None], bool]]:
        def start(native: Call, outbound: Outbound, inbound: Inbound) -> Callable[[bytes | None], bool]:
            call = NativeCall(native, self._authentication)
            requests = Requests(method, call, inbound, self._loop)
            self._start(
                lambda: method.handler(requests.messages(), call), method, call, outbound, requests.heard_out
            )
            return requests.receive

        return start

    def _start(
        self,
        open_responses: Callable[[], Responses],
        method: Method,
        call: NativeCall,
        outbound: Outbound,
        heard_out: HeardOut | None = None,
    ) -> None:
        Stream(
            open_responses, call, method.path, outbound, self._tasks, self._loop, heard_out=heard_out
        ).start()


class Requests:
    """The requests of one stream, between the transport's thread and the handler."""

    def __init__(
        self, method: Method, call: NativeCall, inbound: Inbound, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._method = method
        self._call = call
        self._inbound = inbound
        self._loop = loop
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._received = 0
        self._taken = 0
        self._paused = False
        self._ended = False

    def receive(self, data: bytes | None) -> bool:
        """Takes the next one, None at their end; whether more are wanted. Called by the transport."""
        self._received += 1
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, data)
        except RuntimeError:  # the event loop has ended
            return False
        # Counted here, not by the queue: the event loop may be busy, and the queue late.
        self._paused = self._received - self._taken >= _READ_AHEAD
        # The handler may have taken them before it could see that.
        return not self._paused or self._few()

    async def messages(self) -> AsyncIterator[Message]:
        """The requests. Raises InvalidRequest for bytes that are none."""
        while (data := await self._next()) is not None:
            yield self._method.read(data, self._call)

    async def heard_out(self) -> None:
        """Waits until the client, which is about to be told of an error, pauses or has ended."""
        if not self._ended:
            await heard_out(self._next, first=self._taken == 0)

    async def _next(self) -> bytes | None:
        data = await self._queue.get()
        self._ended = data is None
        self._taken += 1
        if self._paused and self._few():
            self._paused = False
            self._inbound.resume()
        return data

    def _few(self) -> bool:
        return self._received - self._taken < _READ_AHEAD // 2


async def _only(method: Method, data: bytes, call: NativeCall) -> Responses:
    response = await method.handler(method.read(data, call), call)
    yield response if isinstance(response, bytes) else response.SerializeToString()


def _direct(method: Method, authentication: Authentication) -> Callable[[bytes, Call], bytes | Failure]:
    """The hot path: one call, from bytes to bytes."""
    read, handler = method.reader, method.handler

    def answer(data: bytes, native: Call) -> bytes | Failure:
        call = NativeCall(native, authentication)
        try:
            response = handler(read(data, call), call)
            return response if isinstance(response, bytes) else response.SerializeToString()
        except BaseException as error:  # noqa: BLE001 - the caller gets a status, whatever it was
            return failure(error, call, method.path)

    return answer

"""Calls as the audit sees them: where commits come from, and what is refused."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import structlog

from vexil.core.errors import AccessDenied, LimitExceeded, Reason, Unauthenticated, VexilError
from vexil.server.audit.asked import attempt_of, is_read, origin_of
from vexil.server.audit.journal import AuditJournal
from vexil.server.call import CallContext
from vexil.server.clock import Clock
from vexil.server.limits.origin import Origins
from vexil.server.limits.rate import Rate
from vexil.server.origin import answering
from vexil.server.services import Method, MethodKind

_REFUSALS = (AccessDenied, Unauthenticated, LimitExceeded)
_LOGGED_PER_SECOND = 10.0
_LOGGED_AT_ONCE = 10.0
"""Seconds' worth."""

_log = structlog.get_logger(__name__)


class Recorder:
    """Around every method, its guard and its limits: whatever refuses a call is recorded.

    Without a journal refusals are lines of the log, of a flood only some, with the count of those between.
    Where callers are too fast, only a journal has them: it has a line for many.
    """

    def __init__(self, journal: AuditJournal | None, origins: Origins, clock: Clock) -> None:
        self._journal = journal
        self.origins = origins
        self._rate = Rate(_LOGGED_PER_SECOND, _LOGGED_AT_ONCE, clock.monotonic)
        self._unlogged = 0

    def recorded(self, method: Method) -> Method:
        """The method, with whatever it refuses recorded."""
        admit, path = method.admit, method.path
        if admit is None:
            return replace(method, handler=self._handler(method))

        def admitted(call: CallContext, size: int) -> None:
            try:
                admit(call, size)
            except _REFUSALS as error:
                self.denied(call, path, error)
                raise

        return replace(method, handler=self._handler(method), admit=admitted)

    def denied(self, call: CallContext, path: str, error: VexilError, request: Any = None) -> None:
        """Records a refusal. Of limits only a caller's rate counts: the others say nothing of who calls."""
        if isinstance(error, LimitExceeded) and (
            error.reason is not Reason.RATE_LIMITED or self._journal is None
        ):
            return
        attempt = attempt_of("denied", call, self.origins, path, request, error)
        if self._journal is not None:
            self._journal.note(attempt, call.request_id)
        elif self._rate.take(""):
            self._unlogged += 1
        else:
            unlogged, self._unlogged = self._unlogged, 0
            _log.warning(
                "access_denied",
                actor=attempt.actor,
                peer=attempt.peer,
                method=path,
                namespace=attempt.namespace,
                reason=attempt.reason,
                why=attempt.why,
                request_id=call.request_id,
                **({"unlogged": unlogged} if unlogged else {}),
            )

    def _handler(self, method: Method) -> Callable[[Any, Any], Any]:
        handler, path = method.handler, method.path

        def answer(request: Any, call: CallContext) -> Any:
            try:
                return handler(request, call)
            except _REFUSALS as error:
                self.denied(call, path, error, request)
                raise

        async def answer_later(request: Any, call: CallContext) -> Any:
            try:
                with answering(origin_of(call, self.origins)):
                    return await handler(request, call)
            except _REFUSALS as error:
                self.denied(call, path, error, request)
                raise

        def stream(request: Any, call: CallContext) -> Any:
            return _Responses(answer(request, call), self, call, path, _Asked(request))

        def converse(requests: AsyncIterator[Any], call: CallContext) -> Any:
            asked = _Asked()
            return _Responses(answer(asked.following(requests), call), self, call, path, asked)

        if method.kind is MethodKind.UNARY:
            return answer_later if inspect.iscoroutinefunction(handler) else answer
        # Of reads in a stream the guard itself tells which one it refuses: they are many.
        return converse if method.kind is MethodKind.BIDI and not is_read(path) else stream


class _Asked:
    """The newest request of a stream, as far as it is known."""

    def __init__(self, request: Any = None) -> None:
        self.request = request

    async def following(self, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The requests, and each is the newest."""
        async for request in requests:
            self.request = request
            yield request


class _Responses(AsyncGenerator[Any, Any]):
    """The responses of a stream; what ends it is seen."""

    def __init__(
        self,
        responses: AsyncGenerator[Any, Any],
        recorder: Recorder,
        call: CallContext,
        path: str,
        asked: _Asked,
    ) -> None:
        self._responses = responses
        self._recorder = recorder
        self._call = call
        self._path = path
        self._asked = asked
        self._origin = origin_of(call, recorder.origins)

    async def asend(self, value: Any) -> Any:
        """The next one."""
        try:
            with answering(self._origin):
                return await self._responses.asend(value)
        except _REFUSALS as error:
            self._recorder.denied(self._call, self._path, error, self._asked.request)
            raise

    async def athrow(self, *args: Any) -> Any:
        """Throws into the handler."""
        return await self._responses.athrow(*args)

    async def aclose(self) -> None:
        """Ends the handler."""
        await self._responses.aclose()

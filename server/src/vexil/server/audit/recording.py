"""Calls as the audit sees them: where commits come from, what is refused, what is read."""

import inspect
import random
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

import structlog

from vexil.core.audit.origin import Origin
from vexil.core.errors import AccessDenied, Unauthenticated, VexilError
from vexil.server.audit.journal import Attempt, AuditJournal
from vexil.server.call import CallContext
from vexil.server.origin import answering
from vexil.server.services import Method, MethodKind

_REFUSALS = (AccessDenied, Unauthenticated)
_READS = frozenset(
    {"Get", "List", "Evaluate", "Explain", "Watch", "Export", "Diff", "Resolve", "Route", "Render"}
)
_log = structlog.get_logger(__name__)


class Recorder:
    """Around every method, and around its guard: whatever refuses a call is recorded.

    Without a journal refusals are lines of the log. `reads`: the share of reads that is recorded, from 0 to
    1; a read that is repeated within a moment is one line.
    """

    def __init__(self, journal: AuditJournal | None, reads: float = 0.0) -> None:
        self._journal = journal
        self._reads = reads if journal is not None else 0.0

    def recorded(self, method: Method) -> Method:
        """The method, with whatever it refuses recorded."""
        admit, path = method.admit, method.path

        def admitted(call: CallContext, size: int) -> None:
            assert admit is not None  # noqa: S101 - it is replaced where there is one
            try:
                admit(call, size)
            except _REFUSALS as error:
                self.denied(call, path, error)
                raise

        return replace(method, handler=self._handler(method), admit=None if admit is None else admitted)

    def denied(self, call: CallContext, path: str, error: VexilError, request: Any = None) -> None:
        """Records a refusal."""
        origin = _origin_of(call)
        attempt = _attempt("denied", call, origin, path, request, error.reason.value)
        if self._journal is None:
            _log.warning(
                "access_denied",
                actor=attempt.actor,
                peer=attempt.peer,
                method=path,
                namespace=attempt.namespace,
                reason=attempt.reason,
                request_id=call.request_id,
            )
        else:
            self._journal.note(attempt, call.request_id)

    def _read(self, call: CallContext, path: str, request: Any) -> None:
        if self._journal is not None and random.random() < self._reads:  # noqa: S311 - a sample
            attempt = _attempt("read", call, _origin_of(call), path, request)
            self._journal.note(attempt, call.request_id)

    def _handler(self, method: Method) -> Callable[[Any, Any], Any]:
        handler, path = method.handler, method.path
        # A stream is one read, however much it delivers or is asked.
        is_read = self._reads > 0 and _is_read(path)

        def answer(request: Any, call: CallContext) -> Any:
            try:
                response = handler(request, call)
            except _REFUSALS as error:
                self.denied(call, path, error, request)
                raise
            if is_read:
                self._read(call, path, request)
            return response

        async def answer_later(request: Any, call: CallContext) -> Any:
            try:
                with answering(_origin_of(call)):
                    response = await handler(request, call)
            except _REFUSALS as error:
                self.denied(call, path, error, request)
                raise
            if is_read:
                self._read(call, path, request)
            return response

        def stream(request: Any, call: CallContext) -> Any:
            return _Responses(answer(request, call), self, call, path, request)

        if method.kind is not MethodKind.UNARY:
            return stream
        return answer_later if inspect.iscoroutinefunction(handler) else answer


class _Responses(AsyncGenerator[Any, Any]):
    """The responses of a stream; what ends it is seen."""

    def __init__(
        self,
        responses: AsyncGenerator[Any, Any],
        recorder: Recorder,
        call: CallContext,
        path: str,
        asked: Any,
    ) -> None:
        self._responses = responses
        self._recorder = recorder
        self._call = call
        self._path = path
        self._asked = asked
        self._origin = _origin_of(call)

    async def asend(self, value: Any) -> Any:
        """The next one."""
        try:
            with answering(self._origin):
                return await self._responses.asend(value)
        except _REFUSALS as error:
            self._recorder.denied(self._call, self._path, error, self._asked)
            raise

    async def athrow(self, *args: Any) -> Any:
        """Throws into the handler."""
        return await self._responses.athrow(*args)

    async def aclose(self) -> None:
        """Ends the handler."""
        await self._responses.aclose()


def _origin_of(call: CallContext) -> Origin:
    try:
        return Origin(call.peer, call.identity.means.value)
    except VexilError:
        # Nobody knows who it is.
        return Origin(call.peer)


def _attempt(
    action: str, call: CallContext, origin: Origin, path: str, request: Any, reason: str = ""
) -> Attempt:
    actor = ""
    if origin.authentication:
        actor = call.principal
    return Attempt(
        action,
        actor,
        origin.peer,
        origin.authentication,
        path,
        _named(request, "namespace"),
        _named(request, "environment"),
        _named(request, "key"),
        reason,
    )


def _named(request: Any, field: str) -> str:
    """What a request names, where it has such a field."""
    found = getattr(request, field, "")
    return found if isinstance(found, str) else ""


def _is_read(path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(name.startswith(verb) for verb in _READS)

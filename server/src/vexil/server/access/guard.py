"""Methods that are answered only to who may call them."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from vexil.core.access.grants import Grants
from vexil.core.errors import AccessDenied, VexilError
from vexil.server.access.rules.row import Callers, Row, Rule
from vexil.server.call import CallContext
from vexil.server.services import Method, MethodKind, Refused

_PATIENCE = 1.0
"""Seconds that a stranger's stream is given for its first request."""


class Identified(Protocol):
    """Who calls, as of now."""

    @property
    def grants(self) -> Grants:
        """What the caller may do."""
        ...

    @property
    def expires_at(self) -> datetime | None:
        """When that ends, unless permissions change before; None: it does not."""
        ...


Identify = Callable[[Any], Identified]
"""Finds out anew who makes a call. Raises Unauthenticated and Unavailable."""


OnRefused = Callable[[CallContext, str, AccessDenied, Any], None]
"""`(call, path of the method, refusal, request)`."""


class Guard:
    """Decides by the matrix, before a handler sees a request, and for each request of a stream.

    Every transport is guarded in the same way, since it is the handlers that are; what waits for nothing
    still does not. Handlers that go on for long find a `Standing` at their call.
    """

    def __init__(self, rows: Mapping[str, Row], identify: Identify) -> None:
        self._rows = rows
        self._identify = identify

        def admit(call: CallContext, _size: int) -> None:
            """Nothing that a stranger sends is as much as read."""
            identify(call)

        self._admit = admit
        self.refused: OnRefused = _ignore
        """Is told of requests that are refused without an end of their stream."""

    def guarded(self, method: Method) -> Method:
        """The method for those who may call it; for nobody, where the matrix has no row."""
        row = self._rows.get(method.path)
        if row is None:
            return self._for(method, _refuse)
        if row.rule is Callers.ANYBODY:
            return method
        if row.open_rule is not None:
            return self._each(method, row.open_rule, row.goes_on)
        rule = _allow if row.rule is Callers.IDENTIFIED else row.rule
        assert callable(rule)  # noqa: S101 - the rest of the callers are rules
        return self._for(method, rule, row.goes_on)

    def _for(self, method: Method, rule: Rule, goes_on: bool = False) -> Method:
        match method.kind:
            case MethodKind.BIDI:
                return self._each(method, lambda: rule, goes_on)
            case MethodKind.SERVER_STREAM:
                return self._standing(method, rule).admitted_by(self._admit)
            case MethodKind.UNARY:
                return _once(method, rule).admitted_by(self._admit)

    def _standing(self, method: Method, rule: Rule) -> Method:
        handler = method.handler

        def answer(request: Any, call: CallContext) -> Any:
            rule(request, call.grants)
            call.standing = _Standing(request, call, rule, self._identify)
            return handler(request, call)

        return replace(method, handler=answer)

    def _each(self, method: Method, open_rule: Callable[[], Rule], goes_on: bool) -> Method:
        handler, identify, path = method.handler, self._identify, method.path

        async def allowed(requests: AsyncIterator[Any], call: CallContext) -> AsyncIterator[Any]:
            rule = open_rule()
            async for request in requests:
                try:
                    rule(request, call.grants)
                except AccessDenied as error:
                    if not goes_on:
                        raise
                    self.refused(call, path, error, request)
                    yield Refused(request, error)
                else:
                    yield request

        def converse(requests: AsyncIterator[Any], call: CallContext) -> Any:
            try:
                identify(call)
            except VexilError as error:
                return _turned_away(requests, error)
            return handler(allowed(requests, call), call)

        # Before each request it is found out anew who calls.
        return replace(method, handler=converse, admit=self._admit)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A request that was let in, and the rule that let it in."""

    request: Any
    call: CallContext
    rule: Rule
    identify: Identify

    def check(self) -> datetime | None:
        """Decides anew."""
        identified = self.identify(self.call)
        self.rule(self.request, identified.grants)
        return identified.expires_at


def _once(method: Method, rule: Rule) -> Method:
    handler = method.handler

    def answer(request: Any, call: CallContext) -> Any:
        rule(request, call.grants)
        return handler(request, call)

    async def answer_later(request: Any, call: CallContext) -> Any:
        rule(request, call.grants)
        return await handler(request, call)

    return replace(method, handler=answer_later if inspect.iscoroutinefunction(handler) else answer)


async def _turned_away(requests: AsyncIterator[Any], error: VexilError) -> AsyncIterator[Any]:
    """Raises the error, when a first request has come, unread, or does not come.

    A client that is refused while it writes may take the failed write for the outcome (grpc.aio does).
    """
    with suppress(VexilError, StopAsyncIteration, TimeoutError):
        await asyncio.wait_for(anext(requests), _PATIENCE)
    raise error
    yield  # type: ignore[unreachable]  # without it this would be no generator


def _allow(_request: Any, _grants: Grants) -> None:
    """Whoever was identified."""


def _ignore(_call: CallContext, _path: str, _error: AccessDenied, _request: Any) -> None:
    """Where nobody wants to know."""


def _refuse(_request: Any, _grants: Grants) -> None:
    raise AccessDenied("this method is open to nobody")

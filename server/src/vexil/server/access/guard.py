"""Methods that are answered only to who may call them."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from google.protobuf.message import Message

from vexil.core.access.grants import Grants
from vexil.core.errors import AccessDenied, Unauthenticated, VexilError
from vexil.server.access.rules.row import Callers, Row, Rule
from vexil.server.call import CallContext
from vexil.server.services import Method, MethodKind, Refused

OnRefused = Callable[[CallContext, str, VexilError, Any], None]
"""`(call, path of the method, refusal, request)`; request None: it was not read."""


class Guard:
    """Decides by the matrix, before a handler sees a request, and for each request of a stream.

    Every transport is guarded in the same way, since it is the methods that are, where they read a request;
    what waits for nothing still does not. Handlers that go on for long find a `Standing` at their call.
    """

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self._rows = rows
        self.refused: OnRefused = _ignore
        """Is told of requests that are refused before their handler is asked."""

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
                return self._standing(self._once(method, rule), rule)
            case MethodKind.UNARY:
                return self._once(method, rule)

    def _once(self, method: Method, rule: Rule) -> Method:
        decode, path = method.decode, method.path

        def accept(data: bytes, call: CallContext) -> Message:
            request = None
            try:
                # Nothing that a stranger sends is as much as read.
                grants = call.identify().grants
                request = decode(data)
                rule(request, grants)
            except (AccessDenied, Unauthenticated) as error:
                self.refused(call, path, error, request)
                raise
            return request

        return replace(method, accept=accept)

    def _standing(self, method: Method, rule: Rule) -> Method:
        handler = method.handler

        def answer(request: Any, call: CallContext) -> Any:
            call.standing = _Standing(request, call, rule)
            return handler(request, call)

        return replace(method, handler=answer)

    def _each(self, method: Method, open_rule: Callable[[], Rule], goes_on: bool) -> Method:
        handler, path = method.handler, method.path

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
            _identified(call)
            return handler(allowed(requests, call), call)

        # Before each request it is found out anew who calls.
        return replace(method, handler=converse, admit=_identified)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A request that was let in, and the rule that let it in."""

    request: Any
    call: CallContext
    rule: Rule

    def check(self) -> datetime | None:
        """Decides anew."""
        identity = self.call.identify()
        self.rule(self.request, identity.grants)
        return identity.expires_at


def _identified(call: CallContext, _size: int = 0) -> None:
    """Raises where it is not known who calls."""
    call.identify()


def _allow(_request: Any, _grants: Grants) -> None:
    """Whoever was identified."""


def _ignore(_call: CallContext, _path: str, _error: VexilError, _request: Any) -> None:
    """Where nobody wants to know."""


def _refuse(_request: Any, _grants: Grants) -> None:
    raise AccessDenied("this method is open to nobody")

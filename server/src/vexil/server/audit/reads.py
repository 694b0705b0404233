"""Reads in the journal: all, or a sample."""

import inspect
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from vexil.server.audit.asked import attempt_of, is_read
from vexil.server.audit.journal import AuditJournal
from vexil.server.call import CallContext
from vexil.server.limits.origin import Origins
from vexil.server.services import Method, MethodKind, Refused


class ReadRecorder:
    """Records the reads that are answered: of each the share, from 0 to 1; what repeats is one line.

    A stream that is read counts once; in a stream of requests, each of them does. It stands behind the guard:
    what is refused is no read.
    """

    def __init__(self, journal: AuditJournal, share: float, origins: Origins) -> None:
        self._journal = journal
        self._origins = origins
        self._share = share

    def recorded(self, method: Method) -> Method:
        """The method, with its reads recorded; itself where it is none."""
        if not is_read(method.path) or not self._share:
            return method
        handler, path, note = method.handler, method.path, self._note

        def answer(request: Any, call: CallContext) -> Any:
            response = handler(request, call)
            note(call, path, request)
            return response

        async def answer_later(request: Any, call: CallContext) -> Any:
            response = await handler(request, call)
            note(call, path, request)
            return response

        def converse(requests: AsyncIterator[Any], call: CallContext) -> Any:
            return handler(noted(requests, call), call)

        async def noted(requests: AsyncIterator[Any], call: CallContext) -> AsyncIterator[Any]:
            async for request in requests:
                if not isinstance(request, Refused):
                    note(call, path, request)
                yield request

        if method.kind is MethodKind.BIDI:
            return replace(method, handler=converse)
        return replace(method, handler=answer_later if inspect.iscoroutinefunction(handler) else answer)

    def _note(self, call: CallContext, path: str, request: Any) -> None:
        if random.random() < self._share:  # noqa: S311 - a sample
            attempt = attempt_of("read", call, self._origins, path, request)
            self._journal.note(attempt, call.request_id)

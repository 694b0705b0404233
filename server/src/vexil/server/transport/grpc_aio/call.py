"""A call as grpc.aio knows it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from vexil.server.call import ANONYMOUS
from vexil.server.transport.identity import REQUEST_ID, request_id

_SUBJECT_PROPERTIES = ("x509_common_name", "x509_subject_alternative_name")


class GrpcCall:
    """A `CallContext` that asks grpc's own context when it is asked.

    After `finish` it knows only what it was asked before: grpc's own context then reads freed memory.
    """

    def __init__(self, context: Any) -> None:
        self._context = context

    @cached_property
    def principal(self) -> str:
        """The common name of the client's certificate, or else its first alternative name."""
        properties = self._context.auth_context()
        for name in _SUBJECT_PROPERTIES:
            for text in properties.get(name, ()):
                if text:
                    return str(text, "utf-8", "replace")
        return ANONYMOUS

    @cached_property
    def peer(self) -> str:
        """The peer's address."""
        return str(self._context.peer())

    @cached_property
    def metadata(self) -> Mapping[str, str]:
        """Text metadata; of a name that occurs several times, the last."""
        return {name: value for name, value in self._context.invocation_metadata() if isinstance(value, str)}

    @cached_property
    def request_id(self) -> str:
        """The caller's own, where it is a sensible one, or a new one."""
        return request_id(self.metadata.get(REQUEST_ID))

    @property
    def time_remaining(self) -> float | None:
        """Seconds until the call's deadline."""
        seconds: float | None = self._context.time_remaining()
        return seconds

    def echo_request_id(self) -> None:
        """Gives the caller its own request id back, with the trailing metadata."""
        self._context.set_trailing_metadata(((REQUEST_ID, self.request_id),))

    def finish(self) -> None:
        """Lets go of grpc's context: the call is over."""
        self._context = None

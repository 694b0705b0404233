"""A call as grpc.aio knows it."""

from collections.abc import Iterable, Mapping
from typing import Any

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.server.call import ANONYMOUS
from vexil.server.transport.identity import REQUEST_ID, request_id

_SUBJECT_PROPERTIES = ("x509_common_name", "x509_subject_alternative_name")


class GrpcCall:
    """A `CallContext` that asks grpc's own context when it is asked.

    After `finish` it knows only what it was asked before: grpc's own context then reads freed memory.
    """

    __slots__ = ("_context", "_metadata", "_peer", "_principal", "_request_id")

    def __init__(self, context: Any) -> None:
        self._context = context
        self._principal: str | None = None
        self._peer: str | None = None
        self._metadata: Mapping[str, str] | None = None
        self._request_id: str | None = None

    @property
    def principal(self) -> str:
        """The common name of the client's certificate, or else its first alternative name."""
        if self._principal is None:
            self._principal = _subject(self._context.auth_context())
        return self._principal

    @property
    def grants(self) -> Grants:
        """Everything: nobody is asked who they are."""
        return UNRESTRICTED

    @property
    def peer(self) -> str:
        """The peer's address."""
        if self._peer is None:
            self._peer = str(self._context.peer())
        return self._peer

    @property
    def metadata(self) -> Mapping[str, str]:
        """Text metadata; of a name that occurs several times, the last."""
        if self._metadata is None:
            given = self._context.invocation_metadata()
            self._metadata = {name: value for name, value in given if isinstance(value, str)}
        return self._metadata

    @property
    def request_id(self) -> str:
        """The caller's own, where it is a sensible one, or a new one."""
        if self._request_id is None:
            self._request_id = request_id(self.metadata.get(REQUEST_ID))
        return self._request_id

    @property
    def time_remaining(self) -> float | None:
        """Seconds until the call's deadline."""
        seconds: float | None = self._context.time_remaining()
        return seconds

    @property
    def follower(self) -> None:
        """None: whatever is sent passes through the event loop."""
        return None

    def echo_request_id(self) -> None:
        """Gives the caller its own request id back, with the trailing metadata."""
        self._context.set_trailing_metadata(((REQUEST_ID, self.request_id),))

    def finish(self) -> None:
        """Lets go of grpc's context: the call is over."""
        self._context = None


def _subject(properties: Mapping[str, Iterable[bytes]]) -> str:
    for name in _SUBJECT_PROPERTIES:
        for text in properties.get(name, ()):
            if text:
                return str(text, "utf-8", "replace")
    return ANONYMOUS

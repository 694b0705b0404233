"""A call as the compiled transport knows it."""

from collections.abc import Mapping
from functools import cached_property
from typing import cast

from vexil_native import Call, Outbound

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.server.call import ANONYMOUS
from vexil.server.live import Follower
from vexil.server.transport.identity import REQUEST_ID, request_id, subject


class NativeCall:
    """A `CallContext` on top of the transport's own."""

    def __init__(self, call: Call, outbound: Outbound | None = None) -> None:
        self._call = call
        self._outbound = outbound

    @cached_property
    def principal(self) -> str:
        """The subject of the client's certificate, or ANONYMOUS."""
        certificate = self._call.certificate
        return ANONYMOUS if certificate is None else subject(certificate) or ANONYMOUS

    @property
    def grants(self) -> Grants:
        """Everything: nobody is asked who they are."""
        return UNRESTRICTED

    @property
    def peer(self) -> str:
        """The peer's address."""
        return self._call.peer

    @property
    def metadata(self) -> Mapping[str, str]:
        """Text metadata; of a name that occurs several times, the last."""
        return self._call.metadata

    @cached_property
    def request_id(self) -> str:
        """The caller's own, where it is a sensible one, or a new one."""
        return request_id(self._call.header(REQUEST_ID))

    @property
    def time_remaining(self) -> float | None:
        """Seconds until the call's deadline."""
        return self._call.time_remaining

    @property
    def follower(self) -> Follower | None:
        """The compiled code's end of a stream; the histories that it follows are its own."""
        return cast(Follower | None, self._outbound)

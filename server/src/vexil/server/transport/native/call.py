"""A call as the compiled transport knows it."""

from collections.abc import Mapping
from functools import cached_property
from typing import cast

from vexil_native import Call, Outbound

from vexil.core.access.grants import Grants
from vexil.core.access.identity import Identity
from vexil.server.identity.authentication import Authentication
from vexil.server.live import Follower
from vexil.server.standing import Standing
from vexil.server.transport.headers import REQUEST_ID, request_id


class NativeCall:
    """A `CallContext` on top of the transport's own."""

    standing: Standing | None = None

    def __init__(self, call: Call, authentication: Authentication, outbound: Outbound | None = None) -> None:
        self._call = call
        self._authentication = authentication
        self._identity: Identity | None = None
        self._outbound = outbound

    def identify(self) -> Identity:
        """Who calls, as of now."""
        self._identity = identity = self._authentication.authenticate(self._call)
        return identity

    @property
    def principal(self) -> str:
        """The name of who calls."""
        return (self._identity or self.identify()).principal

    @property
    def grants(self) -> Grants:
        """What the caller may do."""
        return (self._identity or self.identify()).grants

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

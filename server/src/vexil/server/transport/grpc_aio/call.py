"""A call as grpc.aio knows it."""

import ssl
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from vexil.core.access.grants import Grants
from vexil.core.access.identity import Identity
from vexil.server.identity.authentication import Authentication
from vexil.server.identity.recognised import Recognised
from vexil.server.standing import Standing
from vexil.server.transport.headers import AUTHORIZATION, REQUEST_ID, request_id

_CERTIFICATE = "x509_pem_cert"
"""The property of a connection that has the client's certificate
(https://github.com/grpc/grpc/blob/master/include/grpc/grpc_security_constants.h)."""


Given = Iterable[tuple[str, str | bytes]]
"""Metadata as grpc has it."""


class GrpcCall:
    """A `CallContext` that asks grpc's own context when it is asked.

    After `finish` it knows only what it was asked before: grpc's own context then reads freed memory.
    """

    __slots__ = (
        "_authentication",
        "_certificate",
        "_context",
        "_given",
        "_identity",
        "_peer",
        "_request_id",
        "standing",
    )

    def __init__(self, context: Any, authentication: Authentication, given: Given) -> None:
        """`given` is its metadata, which grpc makes anew each time it is asked."""
        self.standing: Standing | None = None
        self._context = context
        self._authentication = authentication
        self._given = given
        self._identity: Identity | None = None
        self._certificate: Sequence[bytes] | None = None
        self._peer: str | None = None
        self._request_id: str | None = None

    def identify(self) -> Identity:
        """Who calls, as of now."""
        self._identity = self._authentication.authenticate(self)
        return self._identity

    @property
    def principal(self) -> str:
        """The name of who calls."""
        return (self._identity or self.identify()).principal

    @property
    def grants(self) -> Grants:
        """What the caller may do."""
        return (self._identity or self.identify()).grants

    @property
    def authorization(self) -> Sequence[str]:
        """All `authorization` headers."""
        return [value for name, value in self._given if name == AUTHORIZATION and isinstance(value, str)]

    @property
    def certificate(self) -> bytes | None:
        """The client's certificate, in DER."""
        if self._certificate is None:
            self._certificate = [_der(pem) for pem in self._context.auth_context().get(_CERTIFICATE, ())]
        return next(iter(self._certificate), None)

    @property
    def remembered(self) -> None:
        """None: grpc has no place for what belongs to a connection."""
        return None

    def remember(self, recognised: Recognised) -> None:
        """Keeps nothing."""

    @property
    def peer(self) -> str:
        """The peer's address."""
        if self._peer is None:
            self._peer = str(self._context.peer())
        return self._peer

    @property
    def metadata(self) -> Mapping[str, str]:
        """Text metadata; of a name that occurs several times, the last."""
        return {name: value for name, value in self._given if isinstance(value, str)}

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
        """Gives the caller its own request id back, if it gave one, with the trailing metadata."""
        for name, _ in self._given:
            if name == REQUEST_ID:
                self._context.set_trailing_metadata(((REQUEST_ID, self.request_id),))
                break

    def finish(self) -> None:
        """Lets go of grpc's context: the call is over."""
        self._context = None


@lru_cache(maxsize=1024)
def _der(pem: bytes) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))

"""Where a transport listens, and what it takes."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vexil.core.errors import FailedPrecondition, Reason, Violation
from vexil.server.identity.authentication import Authentication
from vexil.server.identity.nobody_asked import NobodyAsked
from vexil.server.limits.gate import Gate
from vexil.server.services import Method
from vexil.server.settings import ServerSettings
from vexil.server.transport.certificates import TlsFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where the server listens and what it takes.

    `address` is `host:port`, port 0 for any free one; `health_address`, in plain text, answers health alone.
    `tls` None is plain text. `reuse_port` lets other processes listen on the same port. Sizes are in bytes.
    Connections beyond `max_connections` wait until others end. A connection that has not said after
    `handshake_timeout` seconds that it speaks TLS, where that is asked for, and HTTP/2, is closed; so is one
    that after `keepalive_interval` seconds of silence leaves a ping unanswered for `keepalive_timeout`. Each
    request at `address` passes the `gate`, if there is one. `authentication` says whose a call is,
    and each method is answered as the `guard` has it. `recorded` is around all of that.
    """

    address: str
    health_address: str | None = None
    tls: TlsFiles | None = None
    reuse_port: bool = False
    reflection: bool = False
    channelz: bool = False
    max_message_bytes: int = 16 * 1024 * 1024
    max_streams_per_connection: int = 10_000
    max_connections: int = 20_000
    handshake_timeout: float = 10.0
    keepalive_interval: float = 60.0
    keepalive_timeout: float = 20.0
    gate: Gate | None = None
    authentication: Authentication = field(default_factory=NobodyAsked)
    guard: Callable[[Method], Method] | None = None
    recorded: Callable[[Method], Method] | None = None

    @classmethod
    def by(cls, settings: ServerSettings) -> "Listener":
        """What the transport is told by the settings alone."""
        tls = None
        if settings.cert_file is not None and settings.key_file is not None:
            tls = TlsFiles(settings.cert_file, settings.key_file, settings.client_ca_file)
        return cls(
            address=settings.listen,
            health_address=settings.health_listen,
            tls=tls,
            reuse_port=settings.processes > 1,
            reflection=settings.serves_reflection,
            channelz=settings.channelz,
            max_message_bytes=settings.max_message_bytes,
            max_streams_per_connection=settings.max_streams_per_connection,
        )


def cannot_listen(setting: str, address: str) -> FailedPrecondition:
    """The error for an address, given by that setting, which can't be had."""
    why = f"cannot listen on {address}: it is in use, or no address of this machine"
    return FailedPrecondition(
        f"{setting}: {why}", reason=Reason.INVALID_REQUEST, violations=[Violation(setting, why)]
    )

"""Where a server is, and how a client proves who it is."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from vexil.core.errors import InvalidRequest, Violation

DEFAULT_TARGET = "127.0.0.1:7350"

_LOOPBACK = re.compile(
    r"((dns:///)?localhost|(dns:///|ipv4:)?127(\.\d{1,3}){3}|(dns:///|ipv6:)?\[::1\])(:\d+)?|unix(-abstract)?:.*"
)


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS towards the server: PEM files.

    `ca_file` None trusts the roots that gRPC comes with. `certificate_file` and `key_file` are the client's
    own (mTLS), both or neither. `server_name` is the name that the server's certificate must carry; None:
    the target's host.
    """

    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    server_name: str | None = None

    def __post_init__(self) -> None:
        if (self.certificate_file is None) != (self.key_file is None):
            missing = "key_file" if self.key_file is None else "certificate_file"
            raise _invalid(f"tls.{missing}", "a client certificate needs its certificate and its key")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server to call.

    `target` is `host:port` or another gRPC name (`dns:///host:port`, `unix:/path`; see
    https://github.com/grpc/grpc/blob/master/doc/naming.md), not a URL. `tls` None is plain text. `token`, a
    service key or another bearer token, is sent with each call and needs `tls`, unless the target is on this
    machine. `token_from` instead is where it is kept, a reference such as `file:/run/secrets/vexil`: what is
    there is looked at again every minute, files every 5 seconds, so that it can be rotated. Keepalive times
    are in seconds: a ping after `keepalive_time` without traffic on an open call, and a broken connection
    when it is not answered within `keepalive_timeout`.

    Raises InvalidRequest.
    """

    target: str = DEFAULT_TARGET
    tls: Tls | None = None
    token: str | None = field(default=None, repr=False)
    token_from: str | None = None
    user_agent: str | None = None
    keepalive_time: float = 30.0
    keepalive_timeout: float = 10.0
    max_message_bytes: int = 64 * 1024 * 1024

    def __post_init__(self) -> None:
        if not self.target:
            raise _invalid("target", "is empty; give host:port, such as 127.0.0.1:7350")
        if re.match(r"(https?|grpcs?|vexil)://", self.target):
            host = self.target.split("://", 1)[1].rstrip("/")
            raise _invalid("target", f"{self.target!r} is a URL; give host:port alone: {host!r}")
        if self.token is not None and not can_be_sent(self.token.encode(errors="surrogatepass")):
            raise _invalid(
                "token",
                "is empty, or has a space, a line break or another character that no token has; "
                "was it read from a file with its line's end?",
            )
        if self.token is not None and self.token_from is not None:
            raise _invalid("token_from", "is given beside token; give one of them")
        for name in ("token", "token_from"):
            if getattr(self, name) is not None:
                self.require_privacy(name, "a token")

    def require_privacy(self, field: str, what: str) -> None:
        """Raises InvalidRequest where others could read what is sent."""
        if self.tls is None and not self.is_local:
            raise _invalid(field, f"{what} would travel readable over plain text; give tls as well")

    @property
    def is_local(self) -> bool:
        """Whether the target is on this machine's loopback or a Unix socket, and nowhere else.

        gRPC's `ipv4:` and `ipv6:` take lists of addresses, which are never counted as local.
        """
        return _LOOPBACK.fullmatch(self.target) is not None


def can_be_sent(token: bytes) -> bool:
    """Whether it is visible ASCII, as what is in a header has to be."""
    return bool(token) and all(0x21 <= byte <= 0x7E for byte in token)


def _invalid(field: str, description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(field, description)])

"""Where a Redis is, and how to get a connection that is ready for use."""

import socket
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from vexil.bridge.redis.connection import Connection
from vexil.bridge.redis.protocol import ProtocolError, Refusal

_PATIENCE = 1.0
"""Seconds that each step of connecting may take: nobody waits for them."""


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """A Redis. User and password are not printed. `tls` without `authorities`, a PEM file: the system's."""

    host: str
    port: int = 6379
    database: int = 0
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    tls: bool = False
    authorities: str | None = None

    @classmethod
    def of(cls, url: str, password: str | None = None) -> "RedisAddress":
        """Reads `redis://[user[:password]@]host[:port][/database]`; `rediss://` for TLS.

        `?ssl_ca_certs=FILE` names the authorities that sign Redis's certificate. `password` holds where the
        URL has none. Raises ValueError, which does not show the URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
            raise ValueError("a Redis is named by redis://HOST:PORT/DATABASE, or rediss:// for TLS")
        return cls(
            host=parts.hostname,
            port=parts.port or 6379,
            database=int(parts.path.strip("/") or 0),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or "") or password or "",
            tls=parts.scheme == "rediss",
            authorities=parse_qs(parts.query).get("ssl_ca_certs", [None])[0],
        )

    def connect(self, timeout: float) -> Connection:
        """A connection that has answered a PING within `timeout` seconds.

        Raises OSError and ProtocolError. Looking the host up can take as long as the system lets it.
        """
        sock = socket.create_connection((self.host, self.port), _PATIENCE)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                # Twenty milliseconds of import, for those who need it.
                import ssl  # noqa: PLC0415

                context = ssl.create_default_context(cafile=self.authorities)
                sock = context.wrap_socket(sock, server_hostname=self.host)
            connection = Connection(sock)
            self._introduce(connection)
            _require(connection, (b"PING",), timeout)
        except BaseException:
            sock.close()
            raise
        return connection

    def _introduce(self, connection: Connection) -> None:
        if self.password:
            who = (self.user.encode(),) if self.user else ()
            _require(connection, (b"AUTH", *who, self.password.encode()), _PATIENCE)
        if self.database:
            _require(connection, (b"SELECT", b"%d" % self.database), _PATIENCE)


def _require(connection: Connection, command: tuple[bytes, ...], timeout: float) -> None:
    (reply,) = connection.call([command], timeout)
    if isinstance(reply, Refusal):
        raise ProtocolError(reply.text)

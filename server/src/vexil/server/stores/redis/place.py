"""Where a Redis is, and how it is called."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vexil.core.errors import InvalidRequest, Violation

if TYPE_CHECKING:
    from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class RedisPlace:
    """A URL, `redis://` or `rediss://` (TLS): `redis://[user[:password]@]host[:port][/database]`.

    `?ssl_ca_certs=FILE` names the authorities that sign its certificate, instead of the system's. `password`
    holds where the URL has none. Neither is printed.
    """

    url: str = field(repr=False)
    password: str | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """`host:port`, for people: without user and password."""
        parts = urlsplit(self.url)
        return f"{parts.hostname or 'localhost'}:{parts.port or 6379}"

    @property
    def database(self) -> int:
        """The database's number, 0 when the URL names none."""
        return int(urlsplit(self.url).path.strip("/") or 0)

    def client(self, timeout: float) -> "Redis":
        """A client that waits at most `timeout` seconds for anything, and tries nothing twice.

        Nothing is connected yet. Raises InvalidRequest where the redis package is not installed.
        """
        try:
            # Here, because it is an extra, and takes a third of a second to import.
            from redis.asyncio import Redis  # noqa: PLC0415
            from redis.asyncio.retry import Retry  # noqa: PLC0415
            from redis.backoff import NoBackoff  # noqa: PLC0415
        except ModuleNotFoundError as error:
            what = "needs the redis package: pip install 'vexil-server[redis]'"
            raise InvalidRequest.of([Violation("hints", what)]) from error
        return Redis.from_url(
            self.url,
            password=self.password,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
        )

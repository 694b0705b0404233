"""HTTP requests to places that others may have named."""

import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTP_PORT, HTTPS_PORT, HTTPException
from ipaddress import ip_address
from ssl import SSLContext
from urllib.parse import urlsplit

from vexil.server.deadline import cut_after
from vexil.server.egress.allow_list import AllowList
from vexil.server.egress.connection import PinnedConnection
from vexil.server.limits.networks import Address

Resolve = Callable[[str, int], Sequence[Address]]
"""The addresses of a name; raises OSError."""

_PORTS = {"http": HTTP_PORT, "https": HTTPS_PORT}


def system_resolver(host: str, port: int) -> Sequence[Address]:
    """What the system says, which also reads forms such as 127.1 or 2130706433. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; redirects are answers like others."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes of an answer's body, and the most seconds for connecting, for TLS, and for the rest."""

    most_bytes: int
    seconds: float


class HttpClient:
    """Sends requests to allowed places, each on a connection of its own. For any number of threads.

    A name is looked up once for each request, all its addresses are held against the list, and one of those
    is connected to: what the name says a moment later counts no more. Nothing is followed, and no proxy is
    used, since it would look up the name again.
    """

    def __init__(self, allowed: AllowList, limits: Limits, resolve: Resolve = system_resolver) -> None:
        self._allowed = allowed
        self._limits = limits
        self._resolve = resolve

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        tls: SSLContext,
    ) -> Answer:
        """The answer. `tls` is used if the URL is of https; plain http is for whoever calls this to refuse.

        Raises PermissionError for a place that is not allowed, OSError for one that can't be reached or does
        not answer in time, ValueError for what is no URL and for an answer that is too long.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            raise ValueError("is no URL such as https://host/path")
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
        addresses = self._require_allowed(host, port)
        seconds = self._limits.seconds
        context = tls if parts.scheme == "https" else None
        connection = PinnedConnection(host, port, lambda: _dial(addresses, port, seconds), context, seconds)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.connect()
            with cut_after(connection.sock, seconds):
                connection.request(method, target, body, dict(headers))
                response = connection.getresponse()
                content = response.read(self._limits.most_bytes + 1)
        except HTTPException as error:
            raise OSError("does not answer as HTTP servers do") from error
        finally:
            connection.close()
        if len(content) > self._limits.most_bytes:
            raise ValueError(f"is longer than {self._limits.most_bytes} bytes")
        return Answer(response.status, content)

    def _require_allowed(self, host: str, port: int) -> Sequence[Address]:
        addresses = self._resolve(host, port)
        for address in addresses:
            if not self._allowed.allows(host, port, address):
                raise PermissionError(
                    f"{host} is at {address}, port {port}, which egress_allow does not list"
                )
        return addresses


def _dial(addresses: Sequence[Address], port: int, seconds: float) -> socket.socket:
    """A connection to the first of them that takes one; together they have so many seconds."""
    failure = OSError("has no address")
    for address in addresses:
        try:
            return socket.create_connection((str(address), port), seconds / len(addresses))
        except OSError as error:
            failure = error
    raise failure

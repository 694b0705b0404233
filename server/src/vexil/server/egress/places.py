"""What can be said of a place before anybody looks its name up."""

import socket
from http.client import HTTPS_PORT
from ipaddress import ip_address
from urllib.parse import urlsplit

from vexil.server.egress.allow_list import AllowList
from vexil.server.limits.networks import Address


def never_fetched(url: str, allowed: AllowList) -> str:
    """Why nothing will ever be fetched by HTTPS from there; empty: what its name turns out to be decides."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or HTTPS_PORT
    except ValueError:
        return "is no URL"
    if parts.scheme != "https" or not host or parts.username is not None:
        return "must be an https URL such as https://host/path, without a user"
    address = _literal(host.partition("%")[0], port)
    found = allowed.may_allow(host, port) if address is None else allowed.allows(host, port, address)
    return "" if found else f"leads to a place that egress_allow does not list: {host}, port {port}"


def _literal(host: str, port: int) -> Address | None:
    """The address that is written there, as the system reads it (127.1, 2130706433); None: it is a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, ValueError):
        return None
    return ip_address(str(found[0][4][0]))

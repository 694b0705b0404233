"""The places that a server may connect to."""

from dataclasses import dataclass, replace
from http.client import HTTPS_PORT
from ipaddress import IPv4Network, IPv6Network, ip_network

from vexil.server.egress.addresses import is_public
from vexil.server.limits.networks import Address

PUBLIC = "public"
"""The entry that stands for every public address, on HTTPS's own port."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name or a network, and perhaps the only port there."""

    name: str = ""
    network: IPv4Network | IPv6Network | None = None
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Entry":
        """`login.example`, `login.example:8443`, `10.0.0.0/8`, `10.1.2.3:8443`, `[fd00::1]:8443`.

        Raises ValueError.
        """
        if "/" in text or (text.count(":") > 1 and not text.startswith("[")):
            return cls(network=ip_network(text))
        host, colon, port = text.rpartition(":") if not text.endswith("]") else (text, "", "")
        host = host if colon else text
        if colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
            raise ValueError(f"{text!r} has no port")
        entry = cls(port=int(port) if colon else None)
        try:
            return replace(entry, network=ip_network(host.strip("[]")))
        except ValueError:
            if not host or set(host) & set(" []@?#*"):
                raise ValueError(f"{text!r} is neither HOST[:PORT] nor a network") from None
            return replace(entry, name=canonical(host))

    def allows(self, host: str, port: int, address: Address) -> bool:
        """Whether this is the place, by its name or by its address."""
        if self.port not in {None, port}:
            return False
        if self.network is None:
            return self.name == canonical(host)
        return address.version == self.network.version and address in self.network


@dataclass(frozen=True, slots=True)
class AllowList:
    """All places that may be connected to.

    A name that is listed may be at any address. An address that no name or network lists must be public, if
    `public` is listed; IPv4 written as IPv6 is its IPv6 network's, never its IPv4 network's.
    """

    entries: tuple[Entry, ...]
    public: bool

    @classmethod
    def parse(cls, text: str) -> "AllowList":
        """Entries with commas between them. Raises ValueError."""
        parts = [each for part in text.split(",") if (each := part.strip())]
        return cls(tuple(Entry.parse(part) for part in parts if part != PUBLIC), PUBLIC in parts)

    @classmethod
    def only(cls, host: str, port: int) -> "AllowList":
        """One place, that whoever runs the server has named."""
        return cls((Entry(name=canonical(host), port=port),), public=False)

    def allows(self, host: str, port: int, address: Address) -> bool:
        """Whether this address may be connected to when that name was asked for."""
        if any(entry.allows(host, port, address) for entry in self.entries):
            return True
        return self.public and port == HTTPS_PORT and is_public(address)

    def may_allow(self, host: str, port: int) -> bool:
        """Whether this name could be at an address that is allowed."""
        return (self.public and port == HTTPS_PORT) or any(
            entry.port in {None, port} and (entry.network is not None or entry.name == canonical(host))
            for entry in self.entries
        )


def canonical(host: str) -> str:
    """A name as it is compared: DNS knows no case, and its root needs no dot."""
    return host.lower().removesuffix(".")

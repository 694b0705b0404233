"""IP addresses and networks, as settings and peers write them."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import unquote

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

_LONGEST_ADDRESS = 64


def networks(text: str) -> Networks:
    """The networks of a list such as `10.0.0.0/8,2001:db8::/32`. Raises ValueError."""
    return [ip_network(each) for part in text.split(",") if (each := part.strip())]


def within(address: Address, allowed: Networks) -> bool:
    """Whether one of the networks holds the address."""
    return any(address.version == network.version and address in network for network in allowed)


@lru_cache(maxsize=4096)
def address_of(text: str) -> Address | None:
    """The address that a peer or a proxy wrote; None for what is none, such as a Unix socket.

    Knows gRPC's form (`ipv4:127.0.0.1:51234`, `ipv6:%5B::1%5D:51234`) and those of x-forwarded-for, with and
    without port. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
    """
    if len(text) > _LONGEST_ADDRESS:
        return None
    plain = unquote(text.removeprefix("ipv4:").removeprefix("ipv6:")).strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        address = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def neighbourhood(address: Address) -> str:
    """What counts as one caller: an IPv4 address, or the 64 bits that one IPv6 subscriber is given."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address) >> 64 << 64, 64)))

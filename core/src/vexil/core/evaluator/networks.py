"""IP addresses and networks (CIDR notation: RFC 4632 §3.1, RFC 4291 §2.3).

An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) counts as IPv4, in addresses and in networks. Addresses with
a zone (`%eth0`) and octets with leading zeros are no addresses.
"""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MAX_LENGTH = 64
_MAPPED = IPv6Network("::ffff:0:0/96")
_PREFIX_LENGTH = re.compile("0|[1-9][0-9]{0,2}")


@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address | None:
    """The address; None when the text is none."""
    if len(text) > _MAX_LENGTH or "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def parse_network(text: str) -> Network:
    """The network; bits after the prefix are ignored. Raises ValueError, which says what is wrong."""
    base, slash, length = text.partition("/")
    if not slash:
        raise ValueError(f"{text!r} has no prefix length; for one address write {text}/32 or {text}/128")
    if len(text) > _MAX_LENGTH or "%" in text or not _PREFIX_LENGTH.fullmatch(length):
        raise ValueError(f"{text!r} is no network in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32")
    network = ip_network(f"{base}/{length}", strict=False)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96))
    return network

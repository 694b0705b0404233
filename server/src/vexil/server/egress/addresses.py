"""Which addresses belong to the public Internet."""

from ipaddress import IPv6Network

from vexil.server.limits.networks import Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""6to4 and Teredo: whoever writes such an address chooses the IPv4 address that it leads to."""


def is_public(address: Address) -> bool:
    """Whether it is in no registry of special addresses (RFC 6890), and stands for no other one.

    So neither loopback, link-local (where clouds have their metadata), private, shared, multicast or
    unspecified, nor IPv4 inside IPv6: mapped (`::ffff:0:0/96`), NAT64 (`64:ff9b::/96`), 6to4, Teredo.
    """
    if not address.is_global or address.is_multicast:
        return False
    if address.version == 4:
        return True
    # IANA has given out addresses of this block alone, so all that is translated or local is outside of it.
    return address in _GLOBAL_UNICAST and not any(address in tunnel for tunnel in _TUNNELS)

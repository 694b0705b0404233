"""Where a call comes from, and whether calls from there are taken."""

from dataclasses import dataclass
from urllib.parse import quote

import structlog

from vexil.core.errors import AccessDenied
from vexil.server.call import CallContext
from vexil.server.limits.networks import Address, Networks, address_of, neighbourhood, networks, within
from vexil.server.limits.settings import LimitSettings

_log = structlog.get_logger(__name__)

FORWARDED_FOR = "x-forwarded-for"
"""The header in which each proxy adds the address that it was called from, at the end."""

_LOCAL = "local"
"""Where calls over Unix sockets come from."""

_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Origin:
    """An address that calls, as it is counted, and whether it may."""

    name: str
    allowed: bool


class Origins:
    """Who calls: the peer or, where that is a trusted proxy, the last address before the trusted ones.

    Whatever a caller writes into the header stands before what proxies add to it, so it is never believed.
    `allowed` None allows all; calls over Unix sockets are always allowed.
    """

    def __init__(self, allowed: Networks | None, proxies: Networks) -> None:
        self._allowed = allowed
        self._proxies = proxies
        self._known: dict[Address, Origin] = {}

    @classmethod
    def by(cls, settings: LimitSettings) -> "Origins":
        """Who calls and who may, as the settings have it."""
        allowed = None if settings.allow_from is None else networks(settings.allow_from)
        return cls(allowed, networks(settings.trusted_proxies or ""))

    def of(self, call: CallContext) -> str:
        """The name under which the caller's address is counted. Raises AccessDenied for one not allowed."""
        address = self._address(call)
        if address is None:
            if self._allowed is None or call.peer.startswith("unix:"):
                return _LOCAL
            raise AccessDenied("calls from there are not taken here")
        origin = self._known.get(address) or self._learned(address)
        if not origin.allowed:
            raise AccessDenied(f"calls from {address} are not taken here")
        return origin.name

    def caller(self, call: CallContext) -> str:
        """The caller as `CallContext.peer` writes it; without a port where a trusted proxy names it."""
        address = self._address(call) if self._proxies else None
        if address is None or address == _peer(call):
            return call.peer
        return f"ipv4:{address}" if address.version == 4 else f"ipv6:{quote(f'[{address}]', safe=':')}"

    def _address(self, call: CallContext) -> Address | None:
        peer = _peer(call)
        if peer is None or not self._proxies or not within(peer, self._proxies):
            return peer
        caller = peer
        for text in reversed(call.metadata.get(FORWARDED_FOR, "").split(",")):
            address = address_of(text.strip())
            if address is None:
                break
            caller = address
            if not within(address, self._proxies):
                break
        return caller

    def _learned(self, address: Address) -> Origin:
        allowed = self._allowed is None or within(address, self._allowed)
        if not allowed:
            _log.warning("address_refused", address=str(address))
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        origin = self._known[address] = Origin(neighbourhood(address), allowed)
        return origin


def _peer(call: CallContext) -> Address | None:
    # Without the port, so that a thousand connections of one address are parsed once.
    return address_of(call.peer.rpartition(":")[0])

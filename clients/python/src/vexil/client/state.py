"""How a client stands to its server."""

from enum import StrEnum


class ClientState(StrEnum):
    """What a client's answers are worth.

    CONNECTING ──► READY ◄──► STALE          any ──► CLOSED
         └────(disk cache)──────┘
    """

    CONNECTING = "CONNECTING"
    """Nothing is known yet; reads give the caller's defaults."""

    READY = "READY"
    """The state is current: the server was heard from within `stale_after`."""

    STALE = "STALE"
    """The last known state, from longer ago or from the disk cache; evaluations say so as their reason."""

    CLOSED = "CLOSED"
    """Closed; reads answer from the last known state."""

"""Histories that the compiled code delivers from."""

from vexil_native import SharedHistory

from vexil.core.resource import Revision
from vexil.server.live import LiveHistory, OpenHistory

_ENOUGH_EVENTS = 4096
_ENOUGH_BYTES = 2 * 1024 * 1024
"""Who is further behind is told by its handler, from the selection's own history, which may keep more."""


def live_histories(max_events: int, max_bytes: int) -> OpenHistory:
    """Makes histories of at most so many events, and bytes of them together; the newest is always kept."""
    events, size = min(max_events, _ENOUGH_EVENTS), min(max_bytes, _ENOUGH_BYTES)

    def open_history(head: Revision, progress: bytes) -> LiveHistory:
        return SharedHistory(head, progress, events, size)

    return open_history

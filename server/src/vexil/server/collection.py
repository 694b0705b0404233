"""Garbage collection, kept out of the way of work that makes many lasting objects.

A snapshot of a hundred thousand settings is a million objects, none of them garbage; looking at them again
and again costs more than making them, and later every full collection would stop the loop to look again.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (20_000, 20, 20)
"""New objects before a collection, and collections before larger ones. A thousand streams that are woken are
some ten thousand objects which live until each waits again: Python's own 700 looked at them again and again,
for a fifth of what delivering costs."""

_lock = threading.Lock()
_pauses = 0


@contextmanager
def collection_paused() -> Iterator[None]:
    """No automatic collection starts inside, in any thread; pauses may overlap and nest."""
    global _pauses  # noqa: PLW0603  # the collector is the process's, and so is this count
    with _lock:
        _pauses += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _pauses -= 1
            if not _pauses:
                gc.enable()


def set_aside() -> None:
    """Collects once, leaves what is there now out of all later collections, and has fewer of those.

    For the end of start-up.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)

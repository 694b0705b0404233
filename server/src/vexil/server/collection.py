"""Garbage collection, kept out of the way of work that makes many lasting objects.

A snapshot of a hundred thousand settings is a million objects, none of them garbage; looking at them again
and again costs more than making them, and while they are looked at, for three quarters of a second, no other
thread goes on.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (20_000, 5, 80)
"""New objects before a collection, and collections before larger ones. A thousand streams that are woken are
some ten thousand objects which live until each waits again: Python's own 700 looked at them again and again,
for a fifth of what delivering costs. A collection of the middle kind looks at a hundred thousand at most."""

_lock = threading.Lock()
_pauses = 0


@contextmanager
def collection_paused() -> Iterator[None]:
    """No automatic collection starts inside, in any thread; pauses may overlap and nest.

    Where so much is made that one is due in the end, all that is there is left out of later ones instead: it
    goes when nobody refers to it, but what then is garbage that refers to itself, stays.
    """
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
                if gc.get_count()[0] > _THRESHOLDS[0]:
                    gc.freeze()
                gc.enable()


def set_aside() -> None:
    """Collects once, leaves what is there now out of all later collections, and has fewer of those.

    For the end of start-up.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)

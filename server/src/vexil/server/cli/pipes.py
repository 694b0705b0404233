"""Notices that whoever reads the output has gone, also while there is nothing to write."""

import select
import threading
from collections.abc import Callable
from typing import TextIO


def on_reader_gone(stream: TextIO, callback: Callable[[], None]) -> None:
    """Calls back once, from a thread of its own, when the pipe or terminal behind the stream is closed."""
    try:
        descriptor = stream.fileno()
    except OSError:
        return  # Not a file: nobody can close its other end.
    poll = select.poll()
    # No event is asked for: errors and hang-ups are always told.
    poll.register(descriptor, 0)

    def wait() -> None:
        poll.poll()
        callback()

    threading.Thread(target=wait, name="vexil-output", daemon=True).start()

"""An end for what somebody else could draw out."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def cut_after(connection: socket.socket, seconds: float) -> Iterator[None]:
    """Ends the connection if the block takes longer than that: what is being read or written then fails.

    A socket's own time-out counts from each byte, so that one byte now and then would keep it open. Raises
    TimeoutError after a block that took the end for that of what it was reading.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # below TLS, whose object is in use

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError("takes too long")

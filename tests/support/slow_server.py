"""A TCP server on loopback that answers as slowly, or as much, as a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def answering(
    answer: Callable[[socket.socket], None], host: str = "127.0.0.1"
) -> Iterator[tuple[int, list[bytes]]]:
    """Its port, and the beginning of each request; `answer` has the connection for itself, in a thread."""
    requests: list[bytes] = []
    with socket.create_server((host, 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    requests.append(connection.recv(4096))
                    answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1], requests
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()

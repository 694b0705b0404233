"""A connection to Redis that never waits longer than it was told."""

import socket
import time
from collections.abc import Callable, Sequence

from vexil.bridge.redis.protocol import Command, Replies, Reply, encoded


class Connection:
    """Commands and their replies, over a connected socket, which it owns. For one thread at a time.

    After any exception it is of no use: what was asked may still be answered. Close it.
    """

    def __init__(self, sock: socket.socket, clock: Callable[[], float] = time.monotonic) -> None:
        self._socket = sock
        self._clock = clock
        self._deadline = 0.0
        self._replies = Replies(self._receive)

    def call(self, commands: Sequence[Command], timeout: float) -> list[Reply]:
        """One reply for each command, all within `timeout` seconds.

        Raises OSError, of which TimeoutError is one, and ProtocolError.
        """
        self._deadline = self._clock() + timeout
        self._socket.settimeout(timeout)
        self._socket.sendall(encoded(commands))
        return [self._replies.read() for _ in commands]

    def close(self) -> None:
        """Closes the socket."""
        self._socket.close()

    def _receive(self, size: int) -> bytes:
        left = self._deadline - self._clock()
        # Zero would mean: don't wait, and fail with another error.
        if left <= 0:
            raise TimeoutError("Redis did not answer in time")
        self._socket.settimeout(left)
        return self._socket.recv(size)

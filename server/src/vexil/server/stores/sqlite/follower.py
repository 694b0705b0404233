"""Noticing what other processes append."""

import sqlite3
import threading
from collections.abc import Callable


class Follower:
    """Asks SQLite at an interval, on a thread, whether any other connection has committed.

    `PRAGMA data_version` compares counters in shared memory; it costs microseconds and reads no file.
    Commits of this process count too. `changed` is called on the thread, the first time at once, and also
    when asking fails: looking once too often is harmless. The connection is the follower's own, and closed
    by it.
    """

    def __init__(self, connection: sqlite3.Connection, interval: float, changed: Callable[[], None]) -> None:
        self._connection = connection
        self._interval = interval
        self._changed = changed
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="vexil-store-follower", daemon=True)
        self._started = False
        self._seen: int | None = None

    def start(self) -> None:
        """Begins, unless it has begun."""
        if not self._started:
            self._started = True
            self._thread.start()

    def close(self) -> None:
        """Ends the thread and closes the connection."""
        self._ended.set()
        if self._started:
            self._thread.join()
        self._connection.close()

    def _follow(self) -> None:
        while not self._ended.wait(self._interval):
            try:
                version = self._version()
            except sqlite3.Error:
                self._changed()
                continue
            if version != self._seen:
                self._seen = version
                self._changed()

    def _version(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

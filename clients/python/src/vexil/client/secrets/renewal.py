"""The thread that fetches secrets before they get old, and notices those that changed."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass

from vexil.client.watches import Watch
from vexil.core.value import SecretReference
from vexil.secrets import Resolver, Secret, SecretError

log = logging.getLogger("vexil.client")


@dataclass(slots=True, eq=False)
class _Watched:
    """What a watch is of, and what it was told last."""

    refer: Callable[[], SecretReference]
    told: Secret | None = None


class Renewal:
    """Starts with the first `begin`; ends with `close`. For any number of threads."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._moved = threading.Condition()
        self._woken = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._watches: dict[Watch[Secret], _Watched] = {}

    def begin(self) -> None:
        """Starts the thread, if it does not run in this process."""
        if self._pid == os.getpid():
            return
        with self._moved:
            if self._closed or self._pid == os.getpid():
                return
            self._pid = os.getpid()
            self._thread = threading.Thread(target=self._run, name="vexil-secrets", daemon=True)
            self._thread.start()

    def add(self, watch: Watch[Secret], refer: Callable[[], SecretReference]) -> None:
        """Has the watch told each secret that it refers to, the first one included."""
        with self._moved:
            self._watches = {**self._watches, watch: _Watched(refer)}
        self.begin()
        self.wake()

    def remove(self, watch: Watch[Secret]) -> None:
        """Ends a watch."""
        with self._moved:
            self._watches = {other: its for other, its in self._watches.items() if other is not watch}

    def wake(self) -> None:
        """Something may refer to another secret now."""
        with self._moved:
            self._woken = True
            self._moved.notify_all()

    def close(self, timeout: float) -> None:
        """Ends the thread, and waits for it so many seconds."""
        with self._moved:
            self._closed = True
            thread = self._thread
            self._moved.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _run(self) -> None:
        while True:
            # What is watched is fetched first, so that it counts when the next time is found.
            self._look_at_all()
            pause = self._resolver.refresh()
            pause = min(pause, self._look_at_all())
            with self._moved:
                self._moved.wait_for(lambda: self._woken or self._closed, pause)
                self._woken = False
                if self._closed:
                    return

    def _look_at_all(self) -> float:
        """Tells each watch what is new; seconds until the next look."""
        pauses = [self._look(watch, watched) for watch, watched in self._watches.items()]
        return min(pauses, default=float("inf"))

    def _look(self, watch: Watch[Secret], watched: _Watched) -> float:
        """Tells the watch what is new; seconds until the next look."""
        try:
            secret = self._resolver.resolve(watched.refer())
        except SecretError as error:
            log.debug("a watched secret can't be had yet: %r", error.message)
            return 1.0
        if secret != watched.told:
            watched.told = secret
            watch.offer(secret)
        return float("inf")

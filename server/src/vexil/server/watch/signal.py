"""Waking many who wait, some in each turn of the event loop."""

from collections import deque
from typing import Protocol

from vexil.server.watch.pacer import Pacer


class Sleeper(Protocol):
    """One who waits."""

    def wake(self) -> bool:
        """Ends the wait, if it has not ended; whether it goes on with something until it waits again."""
        ...


class Signal:
    """Something that happens now and then, and those who wait for it.

    Whoever waits when it fires is woken, in the order in which they came, over as many turns of the loop as
    that needs. Those who come back meanwhile are there for the next time.
    """

    __slots__ = ("_due", "_pacer", "_waiting")

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._waiting: dict[Sleeper, None] = {}
        self._due: deque[Sleeper] = deque()

    def enter(self, sleeper: Sleeper) -> None:
        """Has it woken the next time that the signal fires."""
        self._waiting[sleeper] = None
        self._pacer.finished(sleeper)

    def leave(self, sleeper: Sleeper) -> None:
        """It does not wait any more."""
        self._waiting.pop(sleeper, None)

    def fire(self) -> None:
        """Wakes all who wait, each in its turn."""
        if self._waiting:
            self._due.extend(self._waiting)
            self._waiting.clear()
            self._pacer.add(self._wake_next)

    def call(self, sleeper: Sleeper) -> None:
        """Wakes one, in its turn."""
        if sleeper in self._waiting:
            self.leave(sleeper)
            self._due.append(sleeper)
            self._pacer.add(self._wake_next)

    def _wake_next(self) -> bool:
        if self._due:
            sleeper = self._due.popleft()
            if sleeper.wake():
                self._pacer.began(sleeper)
        return bool(self._due)

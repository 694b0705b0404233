"""Who wants to be told what."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from vexil.client.change import Change
from vexil.client.pattern import Pattern
from vexil.client.replica.update import Update
from vexil.client.state import ClientState
from vexil.core.resource import Kind

log = logging.getLogger("vexil.client")

T = TypeVar("T")


Job = Callable[[], object]

Submit = Callable[[Job], object]
"""Runs a job, now or later, after all that were submitted before."""


class Watch(Generic[T]):
    """The handle of a watch; a context manager that ends it."""

    def __init__(
        self, callback: Callable[[T], object], submit: Submit, withdraw: "Callable[[Watch[T]], None]"
    ) -> None:
        self._callback = callback
        self._submit = submit
        self._withdraw = withdraw
        self.active = True

    def cancel(self) -> None:
        """Ends the watch; a callback that is under way in another thread still finishes. May be repeated."""
        self.active = False
        self._withdraw(self)

    def offer(self, item: T) -> None:
        """Submits a call of the callback."""
        self._submit(lambda: self._call(item))

    def _call(self, item: T) -> object:
        """Calls back; what that raises is logged and goes no further. Answers what it returns."""
        if not self.active:
            return None
        try:
            return self._callback(item)
        except Exception:
            log.exception("a callback failed: %r", self._callback)
            return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()


class ChangeWatches:
    """Watches of changes. Adding and cancelling are safe from any thread while changes are published."""

    def __init__(self) -> None:
        self._watches: dict[Watch[Change], tuple[Kind, Pattern]] = {}

    def add(
        self, pattern: str, kind: Kind, callback: Callable[[Change], object], submit: Submit
    ) -> Watch[Change]:
        """Adds a watch of the keys that fit."""
        watch = Watch(callback, submit, self._remove)
        # Replaced, never changed: `publish` may be walking the old one.
        self._watches = {**self._watches, watch: (kind, Pattern(pattern))}
        return watch

    def publish(self, update: Update) -> None:
        """Offers each change to the watches that it fits, by kind and key."""
        watches = self._watches
        if not watches:
            return

        def wanted(kind: Kind, key: str) -> bool:
            return any(kind is its_kind and pattern.fits(key) for its_kind, pattern in watches.values())

        for change in update.changes(wanted):
            for watch, (kind, pattern) in watches.items():
                if change.kind is kind and pattern.fits(change.key):
                    watch.offer(change)

    def _remove(self, watch: Watch[Change]) -> None:
        self._watches = {other: wanted for other, wanted in self._watches.items() if other is not watch}


class StateWatches:
    """Watches of the client's state."""

    def __init__(self) -> None:
        self._watches: tuple[Watch[ClientState], ...] = ()

    def add(self, callback: Callable[[ClientState], object], submit: Submit) -> Watch[ClientState]:
        """Adds a watch."""
        watch = Watch(callback, submit, self._remove)
        self._watches = (*self._watches, watch)
        return watch

    def publish(self, state: ClientState) -> None:
        """Offers the new state to each."""
        for watch in self._watches:
            watch.offer(state)

    def _remove(self, watch: Watch[ClientState]) -> None:
        self._watches = tuple(other for other in self._watches if other is not watch)

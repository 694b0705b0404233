"""Several observers of the namespaces."""

from vexil.core.resource import Commit
from vexil.core.snapshot import Applied, Snapshot
from vexil.server.control.runtime import Observer


class Observers:
    """An observer that tells others, in this order."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def applied(self, commit: Commit, before: Snapshot, applied: Applied) -> None:
        """A commit was applied."""
        for observer in self._observers:
            observer.applied(commit, before, applied)

    def replaced(self, snapshot: Snapshot, epoch: int) -> None:
        """A namespace was loaded."""
        for observer in self._observers:
            observer.replaced(snapshot, epoch)

    def rewritten(self, namespace: str) -> None:
        """A namespace's history became another."""
        for observer in self._observers:
            observer.rewritten(namespace)

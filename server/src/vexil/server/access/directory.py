"""Permissions as this process has them in memory."""

from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.resource import Commit
from vexil.core.snapshot import Applied, Snapshot
from vexil.server.access.state import AccessState


class AccessDirectory:
    """The newest permissions, kept up to date by observing the namespaces.

    `current` is another object whenever anything may be another than it was: what was worked out from one
    before is then worth nothing. It may be read in any thread.
    """

    def __init__(self) -> None:
        self.current = AccessState()

    def applied(self, commit: Commit, before: Snapshot, applied: Applied) -> None:
        """Takes in a commit."""
        if commit.namespace == SYSTEM_NAMESPACE:
            self.current = self.current.after(commit.changes)

    def replaced(self, snapshot: Snapshot, epoch: int) -> None:
        """Takes in everything anew."""
        if snapshot.namespace == SYSTEM_NAMESPACE:
            self.current = AccessState().after(snapshot.states())

    def rewritten(self, namespace: str) -> None:
        """Nothing yet: what there is instead follows at once."""

"""What of a namespace a caller is shown."""

from dataclasses import replace

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.core.access.reach import Reach
from vexil.core.access.verb import Verb
from vexil.core.resource import Commit, ResourceId


class Sight:
    """What a caller sees of a namespace by one verb; a resource is where it is written.

    Lists are made of what is seen, so that neither they nor the tokens of their pages name anything else.
    """

    def __init__(self, grants: Grants, verb: Verb, namespace: str) -> None:
        self._grants = grants
        self._verb = verb
        self._namespace = namespace
        self._reaches: dict[str, Reach] = {}

    def sees(self, id: ResourceId) -> bool:
        """Whether the resource is shown."""
        if self._grants is UNRESTRICTED:
            return True
        reach = self._reaches.get(id.environment)
        if reach is None:
            reach = self._grants.reach(self._verb, self._namespace, id.environment)
            self._reaches[id.environment] = reach
        return reach.fits(id.kind, id.key)

    def of(self, commit: Commit) -> Commit | None:
        """The commit with those of its changes that are shown; None: it is not, since none of them is.

        Its author and message, which are about all of it, are shown with any of them.
        """
        if self._grants is UNRESTRICTED:
            return commit
        changes = tuple(change for change in commit.changes if self.sees(change.id))
        if len(changes) == len(commit.changes):
            return commit
        return replace(commit, changes=changes) if changes else None

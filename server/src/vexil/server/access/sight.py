"""What of a namespace a caller is shown."""

from dataclasses import replace

from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.core.access.verb import Verb
from vexil.core.resource import Commit, Kind, ResourceId


class Sight:
    """What a caller sees of a namespace by one verb.

    Lists are made of what is seen, so that neither they nor the tokens of their pages name anything else.
    """

    def __init__(self, grants: Grants, verb: Verb, namespace: str) -> None:
        self._grants = grants
        self._verb = verb
        self._namespace = namespace
        self._prefixes: dict[tuple[str, Kind], tuple[str, ...]] = {}

    def sees(self, id: ResourceId) -> bool:
        """Whether the resource is shown."""
        return self.sees_in(id.environment, id.kind, id.key)

    def sees_in(self, environment: str, kind: Kind, key: str) -> bool:
        """Whether the resource is shown in that environment's view, wherever it is inherited from."""
        prefixes = self._prefixes.get((environment, kind))
        if prefixes is None:
            prefixes = self._grants.reach(self._verb, self._namespace, environment).prefixes(kind)
            self._prefixes[environment, kind] = prefixes
        return key.startswith(prefixes)

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

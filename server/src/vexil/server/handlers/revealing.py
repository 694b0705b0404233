"""Who is shown sensitive values where configuration is read."""

from dataclasses import replace

from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.core.diff import ResourceDiff
from vexil.core.evaluation import Explanation
from vexil.core.resource import Commit, ResourceChange, ResourceState
from vexil.core.sensitivity import is_sensitive
from vexil.core.value import Redacted
from vexil.server.access.sight import Sight
from vexil.server.encryption.fields import marked


class Revealing:
    """What a caller is given of a namespace: sensitive values as such, or as any other where he may see them.

    What is left sensitive is not shown by the converters. `environment` is the one in whose view a state is,
    which may be inherited; empty: its own.
    """

    def __init__(self, grants: Grants, namespace: str, environment: str = "") -> None:
        self._sight = Sight(grants, Verb.REVEAL, namespace)
        self._environment = environment

    def state(self, state: ResourceState) -> ResourceState:
        """A resource as the caller is shown it."""
        if not is_sensitive(state.resource):
            return state
        kind, environment, key = state.id
        if not self._sight.sees_in(self._environment or environment, kind, key):
            return state
        return replace(state, resource=marked(state.resource, sensitive=False))

    def change(self, change: ResourceChange) -> ResourceChange:
        """A change as the caller is shown it."""
        return self.state(change) if isinstance(change, ResourceState) else change

    def commit(self, commit: Commit) -> Commit:
        """A commit as the caller is shown it."""
        return replace(commit, changes=tuple(map(self.change, commit.changes)))

    def explanation(self, explanation: Explanation, state: ResourceState) -> Explanation:
        """How this setting was evaluated, as the caller is shown it."""
        if not is_sensitive(self.state(state).resource):
            return explanation
        evaluation = explanation.evaluation
        if evaluation.type is None:
            return explanation
        return replace(explanation, evaluation=replace(evaluation, value=Redacted()))

    def difference(self, difference: ResourceDiff) -> ResourceDiff:
        """A difference as the caller is shown it."""
        return replace(
            difference,
            before=None if difference.before is None else self.state(difference.before),
            after=None if difference.after is None else self.state(difference.after),
        )

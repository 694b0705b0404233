"""The tree of a namespace's environments."""

from collections.abc import Mapping
from functools import cached_property

from vexil.core.errors import InvalidRequest, NotFound, Reason
from vexil.core.resource import Environment


class EnvironmentTree:
    """Which environment inherits from which. Immutable.

    Raises InvalidRequest (DANGLING_REFERENCE, CIRCULAR_DEPENDENCY) for a parent that is not there or is its
    own ancestor.
    """

    def __init__(self, environments: Mapping[str, Environment]) -> None:
        self.environments = dict(environments)
        self._chains = {name: self._walk(name) for name in self.environments}

    def __contains__(self, name: object) -> bool:
        return name in self.environments

    def chain(self, name: str) -> tuple[str, ...]:
        """The environment, its parent, and so on to the root. Raises NotFound (ENVIRONMENT_NOT_FOUND)."""
        try:
            return self._chains[name]
        except KeyError:
            raise self.missing(name) from None

    def subtree(self, name: str) -> tuple[str, ...]:
        """The environment and all that inherit from it, ancestors first."""
        return self._subtrees.get(name, ())

    def ordered(self) -> tuple[str, ...]:
        """All names, parents before children, then by name."""
        return tuple(sorted(self._chains, key=lambda name: (len(self._chains[name]), name)))

    def missing(self, name: str) -> NotFound:
        """The error for an environment that is not there; names what is."""
        known = ", ".join(sorted(self.environments)) or "none"
        return NotFound(
            f"there is no environment {name!r}; environments: {known}",
            reason=Reason.ENVIRONMENT_NOT_FOUND,
            metadata={"environment": name},
        )

    @cached_property
    def _subtrees(self) -> dict[str, tuple[str, ...]]:
        subtrees: dict[str, list[str]] = {name: [] for name in self.environments}
        for name in self.ordered():
            for ancestor in self._chains[name]:
                subtrees[ancestor].append(name)
        return {name: tuple(members) for name, members in subtrees.items()}

    def _walk(self, name: str) -> tuple[str, ...]:
        chain = [name]
        while (parent := self.environments[chain[-1]].parent) is not None:
            if parent not in self.environments:
                raise InvalidRequest(
                    f"environment {chain[-1]!r} has the parent {parent!r}, which does not exist",
                    reason=Reason.DANGLING_REFERENCE,
                    metadata={"reference": parent},
                )
            chain.append(parent)
            if parent in chain[:-1]:
                cycle = " → ".join(chain[chain.index(parent) :])
                raise InvalidRequest(
                    f"environments inherit in a circle: {cycle}",
                    reason=Reason.CIRCULAR_DEPENDENCY,
                    metadata={"cycle": cycle},
                )
        return tuple(chain)

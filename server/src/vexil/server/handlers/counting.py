"""How many resources there are for a caller: what is counted tells that it is there."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from vexil.core.access.grants import Grants
from vexil.core.access.scope import Scope
from vexil.core.access.verb import Verb
from vexil.core.snapshot import Place, Snapshot
from vexil.server.access.sight import Sight
from vexil.server.control.namespaces import EnvironmentSummary, NamespaceSummary

Summary = TypeVar("Summary", NamespaceSummary, EnvironmentSummary)


class Counting:
    """Counts of one namespace as a caller is shown them: of what it may read.

    Who may read all of it gets the counts that are known; for others everything is gone through, which is not
    done in the event loop.
    """

    def __init__(self, grants: Grants, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._sight = Sight(grants, Verb.READ, snapshot.namespace)
        self._whole = grants.covers(Verb.READ, Scope.of_namespace(snapshot.namespace))

    async def namespace(self, summary: NamespaceSummary) -> NamespaceSummary:
        """A namespace in short, as the caller is shown it."""
        return await self._shown(summary, self._of_namespace)

    async def environment(self, summary: EnvironmentSummary) -> EnvironmentSummary:
        """An environment in short, as the caller is shown it."""
        return await self._shown(summary, self._of_environment)

    async def _shown(self, summary: Summary, recounted: Callable[[Summary], Summary]) -> Summary:
        return summary if self._whole else await asyncio.to_thread(recounted, summary)

    def _of_namespace(self, summary: NamespaceSummary) -> NamespaceSummary:
        own = self._snapshot.own
        return replace(summary, resource_count=sum(self._seen(name, own[name]) for name in own))

    def _of_environment(self, summary: EnvironmentSummary) -> EnvironmentSummary:
        name = summary.state.id.key
        by_kind = self._snapshot.views[name].by_kind
        return replace(
            summary,
            own_count=self._seen(name, self._snapshot.own.get(name, ())),
            effective_count=self._seen(name, ((kind, key) for kind in by_kind for key in by_kind[kind])),
        )

    def _seen(self, environment: str, places: Iterable[Place]) -> int:
        return sum(self._sight.sees_in(environment, kind, key) for kind, key in places)

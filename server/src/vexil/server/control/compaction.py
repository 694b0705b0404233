"""Forgetting old history, by policy."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from vexil.server.clock import Clock
from vexil.server.stores.compaction import choose_revision
from vexil.server.stores.port import Store

_STEP = 1000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept in any case: so many of the newest commits, and every commit younger than the age."""

    revisions: int
    age: timedelta


class Compactor:
    """Compacts every namespace as far as the policy allows; large histories in several steps."""

    def __init__(self, store: Store, retention: Retention, clock: Clock) -> None:
        self._store = store
        self._retention = retention
        self._clock = clock

    async def compact(self) -> None:
        """One step for each namespace. Raises what the store raises."""
        for head in await self._store.heads():
            if not head.writable:
                continue  # its home does it
            oldest = await self._store.read(head.namespace, head.compact_revision, _STEP)
            revision = choose_revision(
                head,
                oldest,
                now=self._clock.now(),
                keep_revisions=self._retention.revisions,
                keep_age=self._retention.age,
            )
            if revision > head.compact_revision:
                await self._store.compact(head.namespace, revision)
                _log.info("compacted", namespace=head.namespace, revision=revision)

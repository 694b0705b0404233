"""Commits whose writer did not live to write what derives from them."""

import random
import time
from collections.abc import Callable

from vexil.core.resource import Revision
from vexil.server.stores.dynamodb.heads import StoredHead

PATIENCE = (3.0, 6.0)
"""Seconds that a writer has for it; each process takes a moment of its own between them, so that not all
servers of all regions do the work at once."""


class Stragglers:
    """Notices commits whose derived items have been missing for long, though nobody asks for them."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._patience = random.uniform(*PATIENCE)  # noqa: S311 - jitter
        self._since: dict[tuple[str, Revision], float] = {}

    def left(self, head: StoredHead) -> bool:
        """Whether this process should see to the namespace. Called at each look at its head."""
        namespace, now = head.namespace, self._monotonic()
        before = {key: since for key, since in self._since.items() if key[0] == namespace}
        here = {(namespace, revision): now for revision in head.unsettled if head.shared}
        for key in before.keys() - here.keys():
            del self._since[key]
        self._since |= here | {key: before[key] for key in before.keys() & here.keys()}
        return any(now - self._since[key] >= self._patience for key in here)

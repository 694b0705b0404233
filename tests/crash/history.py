"""A log that is the same in every process: what revision N holds follows from N."""

import random

from tests.acceptance.store.drafts import Drafts, delete, put
from vexil.core.change import Change
from vexil.core.resource import Commit

KEYS = [f"key-{number}" for number in range(40)]


class History:
    """Drafts one commit after another, from revision 1 on.

    Every fifth has `large` more changes, of 6 kB that do not get smaller when they are compressed.
    """

    def __init__(self, large: int = 0) -> None:
        self._large = large
        self._drafts = Drafts()
        self.commits: list[Commit] = []

    def up_to(self, revision: int) -> list[Commit]:
        """The first commits, that many."""
        while len(self.commits) < revision:
            self.commits.append(self._next(len(self.commits) + 1))
        return self.commits[:revision]

    def _next(self, revision: int) -> Commit:
        dice = random.Random(revision)
        changes: list[Change] = [
            delete(key) if dice.random() < 0.1 else put(key, f"{revision} " * dice.randint(1, 600))
            for key in dice.sample(KEYS, dice.randint(1, 12))
        ]
        if revision % 5 == 0:
            changes += [put(f"large-{number}", dice.randbytes(3000).hex()) for number in range(self._large)]
        return self._drafts.next(*changes, request_id=f"request-{revision}")

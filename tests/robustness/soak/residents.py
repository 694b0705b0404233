"""Watchers that stay, and come back with their token when their connection was cut."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.robustness.recorder import Recorder
from tests.robustness.soak.requests import ENVIRONMENT
from tests.robustness.stage import Direct
from tests.robustness.watcher import Watcher, Wish, watching

_SILENCE = 5.0
"""Seconds; more often, what nothing happened in would be most of what is recorded."""


async def told(here: Sequence[Watcher], revision: int) -> None:
    """Waits until all of them were told of everything up to the revision. Raises TimeoutError."""
    for resident in here:
        if not await resident.told(revision):
            raise TimeoutError(f"{resident.name} was told up to {resident.position}, and not {revision}")


@asynccontextmanager
async def residents(address: str, count: int, recorder: Recorder) -> AsyncIterator[list[Watcher]]:
    """So many of them, for as long as the block runs; every other one takes several commits in a message."""
    here = [
        Watcher(
            f"resident-{number}",
            Wish(ENVIRONMENT, batch=bool(number % 2), silence=_SILENCE),
            [Direct("server", address)],
            recorder,
            random.Random(number),
        )
        for number in range(count)
    ]
    async with watching(here):
        yield here

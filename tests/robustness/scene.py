"""All that can be broken in a run."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.robustness.auditor import Auditor
from tests.robustness.client import ClientProcess
from tests.robustness.cluster import Node
from tests.robustness.disk import Disk
from tests.robustness.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Scene:
    """Servers, processes of watchers and of writers, the log; and the disk, where it can be made full."""

    nodes: Sequence[Node]
    watchers: Sequence[ClientProcess]
    writers: Sequence[ClientProcess]
    auditor: Auditor
    recorder: Recorder
    dice: random.Random
    disk: Disk | None

    async def hold(self) -> None:
        """Lets the fault last."""
        await asyncio.sleep(self.dice.uniform(0.1, 1.5))

    def positions(self) -> list[int]:
        """Where all watchers were a moment ago."""
        for client in self.watchers:
            client.look()
        return [position for client in self.watchers for position in client.positions.values()]

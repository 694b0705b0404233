"""Everything that may go wrong in a run, by name; and what may go wrong at once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.robustness import client_faults, faults, machine_faults, wall_clock
from tests.robustness.cluster import Node
from tests.robustness.disk import why_not
from tests.robustness.records import Fault
from tests.robustness.scene import Scene

Breaking = Callable[[Scene, Node], Awaitable[None]]

FAULTS: dict[str, Breaking] = {
    fault.__name__: fault
    for fault in (
        faults.kill,
        faults.kill_worker,
        faults.replace_workers,
        faults.drain,
        faults.freeze,
        faults.freeze_and_cut,
        faults.cut,
        faults.black_hole,
        faults.half_close,
        faults.delay,
        faults.compact,
        faults.kill_and_compact,
        faults.cut_and_compact,
        client_faults.freeze_watchers,
        client_faults.kill_watchers,
        client_faults.freeze_writer,
        client_faults.kill_writer,
        machine_faults.fill_disk,
        machine_faults.jump_clock,
    )
}

_NEEDS_ROOM = {
    "kill",
    "kill_worker",
    "replace_workers",
    "drain",
    "compact",
    "kill_and_compact",
    "cut_and_compact",
}
"""What can't be done on a full disk: starting a server, and forgetting history."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault, or two at once."""

    faults: tuple[str, ...]

    @property
    def name(self) -> str:
        """What records call it."""
        return " + ".join(self.faults)


def draw(dice: random.Random) -> Trouble:
    """Some trouble, by lot: sometimes two things at once, of which one may be in the way of the other."""
    both = tuple(dice.sample(list(FAULTS), 2))
    if dice.random() < 0.7 or ("fill_disk" in both and _NEEDS_ROOM.intersection(both)):
        return Trouble(both[:1])
    return Trouble(both)


def not_here() -> dict[str, str]:
    """The faults that this machine does not allow, each with the reason."""
    missing = {}
    if wall_clock.library() is None:
        missing["jump_clock"] = "libfaketime is not installed; Debian: apt-get install faketime"
    if reason := why_not():
        missing["fill_disk"] = reason
    return missing


async def make_trouble(scene: Scene, troubles: Sequence[Trouble]) -> None:
    """One after the other, each fault at a server chosen by lot, and recorded when it begins and ends."""
    for trouble in troubles:
        async with asyncio.TaskGroup() as group:
            for name in trouble.faults:
                group.create_task(_break(scene, name, scene.dice.choice(scene.nodes)))
        await asyncio.sleep(scene.dice.uniform(0.0, 0.4))


async def _break(scene: Scene, name: str, node: Node) -> None:
    scene.recorder.add(Fault, what=name, server=node.name)
    await FAULTS[name](scene, node)
    scene.recorder.add(Fault, what=f"{name}: mended", server=node.name)

"""What goes wrong in a run: each fault breaks something, keeps it broken for a while, and mends it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.robustness.auditor import Auditor
from tests.robustness.cluster import Node
from tests.robustness.proxy import Direction
from tests.robustness.records import Fault, Recorder
from tests.robustness.watcher import Watcher


@dataclass(frozen=True, slots=True)
class Scene:
    """All that can be broken."""

    nodes: Sequence[Node]
    watchers: Sequence[Watcher]
    auditor: Auditor
    recorder: Recorder
    dice: random.Random

    async def hold(self) -> None:
        """Lets the fault last."""
        await asyncio.sleep(self.dice.uniform(0.1, 1.5))


Breaking = Callable[[Scene, Node], Awaitable[None]]


async def kill(scene: Scene, node: Node) -> None:
    """kill -9, and a new process on the same file."""
    await node.kill()
    await scene.hold()
    await node.start()


async def drain(scene: Scene, node: Node) -> None:
    """A restart as it is meant to be: SIGTERM, drain, start."""
    await node.drain()
    await node.start()


async def freeze(scene: Scene, node: Node) -> None:
    """SIGSTOP, SIGCONT: it has missed some time, and does not know."""
    node.freeze()
    await scene.hold()
    node.thaw()


async def freeze_and_cut(scene: Scene, node: Node) -> None:
    """As a partition looks to those on the other side: they go away, and it comes back."""
    node.freeze()
    node.proxy.cut()
    await scene.hold()
    node.thaw()


async def cut(scene: Scene, node: Node) -> None:
    """Connections are reset, several times in a row."""
    for _ in range(scene.dice.randint(1, 4)):
        node.proxy.cut()
        await asyncio.sleep(scene.dice.uniform(0.0, 0.3))


async def black_hole(scene: Scene, node: Node) -> None:
    """Nothing arrives, in one direction or both; then all of it does, or the connection is reset."""
    directions = scene.dice.choice([[Direction.TO_SERVER], [Direction.TO_CLIENT], list(Direction)])
    node.proxy.black_hole(*directions)
    await scene.hold()
    if scene.dice.random() < 0.5:
        node.proxy.cut()
    node.proxy.heal()


async def half_close(scene: Scene, node: Node) -> None:
    """Connections end in one direction only."""
    node.proxy.half_close(scene.dice.choice(list(Direction)))
    await scene.hold()


async def delay(scene: Scene, node: Node) -> None:
    """Everything takes longer."""
    for direction in Direction:
        node.proxy.delay[direction] = scene.dice.uniform(0.0, 0.1)
    await scene.hold()
    node.proxy.heal()


async def compact(scene: Scene, node: Node) -> None:
    """History goes, just up to, at or above where some watcher is, or all of it."""
    head = await scene.auditor.head()
    position = scene.dice.choice(scene.watchers).position
    chosen = scene.dice.choice([position - 1, position, position + 1, head - 1, head])
    await scene.auditor.compact(min(max(chosen, 0), head))


async def kill_and_compact(scene: Scene, node: Node) -> None:
    """Those who come back find neither the process nor the history that they knew."""
    await node.kill()
    await compact(scene, node)
    await node.start()


async def cut_and_compact(scene: Scene, node: Node) -> None:
    """Those who come back at once find that their position has just been compacted, or has just not."""
    node.proxy.cut()
    await compact(scene, node)


FAULTS: dict[str, Breaking] = {
    fault.__name__: fault
    for fault in (
        kill,
        drain,
        freeze,
        freeze_and_cut,
        cut,
        black_hole,
        half_close,
        delay,
        compact,
        kill_and_compact,
        cut_and_compact,
    )
}


async def make_trouble(scene: Scene, names: Sequence[str]) -> None:
    """One fault after the other, each at a server chosen by lot, and recorded when it begins and ends."""
    for name in names:
        node = scene.dice.choice(scene.nodes)
        scene.recorder.add(Fault, what=name, server=node.name)
        await FAULTS[name](scene, node)
        scene.recorder.add(Fault, what=f"{name}: mended", server=node.name)
        await asyncio.sleep(scene.dice.uniform(0.0, 0.4))

"""What goes wrong with servers and the network between: each fault breaks something, and mends it."""

import asyncio

from tests.robustness.cluster import Node
from tests.robustness.proxy import Direction
from tests.robustness.scene import Scene


async def kill(scene: Scene, node: Node) -> None:
    """kill -9, and a new process on the same file."""
    await node.kill()
    await scene.hold()
    await node.start()


async def kill_worker(scene: Scene, node: Node) -> None:
    """kill -9 for one of a server's processes, where it has several; the others serve on."""
    node.kill_worker(scene.dice)
    await scene.hold()


async def replace_workers(scene: Scene, node: Node) -> None:
    """SIGHUP: new processes take over, where there are several; nobody need notice."""
    node.replace_workers()
    await scene.hold()


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
    position = scene.dice.choice(scene.positions())
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

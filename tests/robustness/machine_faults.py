"""What goes wrong with the machine: no room on the disk, and a clock that jumps."""

from tests.robustness.cluster import Node
from tests.robustness.scene import Scene

_REFUSED = 5.0
"""Seconds to wait for a commit that finds no room: the log's file has some to spare, more or less of it."""


async def fill_disk(scene: Scene, _node: Node) -> None:
    """Nothing more can be written, until there is room again; what can be read is served."""
    assert scene.disk is not None
    writer = scene.dice.choice(scene.writers)
    before = writer.refused["STORE_FULL"]
    scene.disk.fill()
    await writer.wait_for(lambda it: it.refused["STORE_FULL"] > before, _REFUSED)
    await scene.hold()
    scene.disk.make_room()


async def jump_clock(scene: Scene, node: Node) -> None:
    """The wall clock of one server goes forward by hours, and back, and ends up somewhere else."""
    assert node.clock is not None
    for _ in range(scene.dice.randint(1, 3)):
        node.clock.set(scene.dice.randint(-48, 48))
        await scene.hold()

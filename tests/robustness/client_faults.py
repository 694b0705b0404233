"""What goes wrong with clients: processes of watchers and writers stop, die and come back."""

from tests.robustness.cluster import Node
from tests.robustness.scene import Scene


async def freeze_watchers(scene: Scene, _node: Node) -> None:
    """SIGSTOP, SIGCONT: several readers stop reading at once, and their connections stay open."""
    watchers = scene.dice.choice(scene.watchers)
    watchers.freeze()
    await scene.hold()
    watchers.thaw()


async def kill_watchers(scene: Scene, _node: Node) -> None:
    """kill -9; they come back with the last token that they had, or with nothing."""
    watchers = scene.dice.choice(scene.watchers)
    afresh = scene.dice.random() < 0.3
    await watchers.kill()
    await scene.hold()
    await watchers.start(afresh=afresh)


async def freeze_writer(scene: Scene, _node: Node) -> None:
    """SIGSTOP, SIGCONT: it hears of its commits long after everybody else."""
    writer = scene.dice.choice(scene.writers)
    writer.freeze()
    await scene.hold()
    writer.thaw()


async def kill_writer(scene: Scene, _node: Node) -> None:
    """kill -9: nobody will ever ask whether its last commit was made."""
    writer = scene.dice.choice(scene.writers)
    await writer.kill()
    await scene.hold()
    await writer.start()

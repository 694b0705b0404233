"""Ways in which watches of other systems have failed, each told as a short story."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest

from tests.robustness.cluster import open_channel
from tests.robustness.proxy import Direction
from tests.robustness.stage import Stage, stage
from tests.robustness.watcher import NAMESPACE, Wish, watching
from tests.robustness.writer import delete, put
from tests.support.server import PATIENCE
from vexil.client.rpc import AioConfigStub, to_vexil_error
from vexil.core.errors import OutOfRange, Reason
from vexil.server.settings import TransportName
from vexil.v1 import watch_pb2

LARGE = "x" * 200_000
"""A value of which few fit into the buffers between server and client."""


@pytest.fixture
async def scene(tmp_path: Path, transport: TransportName) -> AsyncIterator[Stage]:
    """One server that remembers no more than the newest event of each selection."""
    async with stage(tmp_path, history_events=1, transport=transport) as made:
        yield made


@pytest.fixture
async def pair(tmp_path: Path, transport: TransportName) -> AsyncIterator[Stage]:
    """Two such servers. The writer has the first to itself."""
    async with stage(tmp_path, servers=2, history_events=1, transport=transport) as made:
        yield made


async def test_progress_does_not_overtake_events(scene: Stage) -> None:
    """Progress is due all the time, and the reader is always behind."""
    watcher = scene.watcher(Wish("prod", pause=0.02, silence=0.1))
    async with watching([watcher]):
        head = await scene.commit_each(put(("base", "qa")[n % 2], "a", f"{n}") for n in range(60))
        assert await watcher.told(head)
    assert await scene.findings() == []


async def test_watcher_does_not_travel_back_in_time_after_a_partition(tmp_path: Path) -> None:
    """It moves, with its token, to a server that was cut off while the others went on."""
    async with stage(tmp_path, servers=2) as scene:
        targets = [scene.nodes[0]]
        watcher = scene.watcher(Wish("prod"), targets)
        scene.nodes[1].freeze()
        async with watching([watcher]):
            head = await scene.commit_each(put("base", "a", f"{n}") for n in range(10))
            assert await watcher.told(head)
        targets[:] = [scene.nodes[1]]
        scene.nodes[1].thaw()
        async with watching([watcher]):
            head = await scene.writer.commit([put("base", "a", "last")])
            assert await watcher.told(head)
        assert await scene.findings() == []
        assert [step.revision for step in scene.steps(watcher) if step.event == "delta"] == list(
            range(2, head + 1)
        )


async def test_starving_watcher_loses_no_event(pair: Stage) -> None:
    """Nothing reaches it for a while, and the server's memory goes on without it."""
    watcher = pair.watcher(Wish("prod", resync=False), pair.nodes[1:])
    async with watching([watcher]):
        assert await watcher.told(1)
        pair.nodes[1].proxy.black_hole(Direction.TO_CLIENT)
        head = await pair.commit_each(put("base", f"key-{n}", LARGE) for n in range(12))
        pair.nodes[1].proxy.heal()
        assert await watcher.told(head)
    assert await pair.findings() == []
    assert [step.revision for step in pair.steps(watcher) if step.event == "delta"] == list(
        range(2, head + 1)
    )


@pytest.mark.parametrize("resync", [True, False])
async def test_deletion_before_a_compaction_is_not_lost(scene: Stage, resync: bool) -> None:
    """Who comes back later cannot be told of the deletion any more, but must not keep what was deleted."""
    watcher = scene.watcher(Wish("prod", resync=resync))
    async with watching([watcher]):
        assert await watcher.told(await scene.writer.commit([put("base", "a", "1"), put("base", "b", "1")]))
    await scene.writer.commit([delete("base", "a")])
    head = await scene.writer.commit([put("base", "b", "2")])
    await scene.auditor.compact(head)
    async with watching([watcher]):
        head = await scene.writer.commit([put("base", "b", "3")])
        assert await watcher.told(head)
    assert await scene.findings() == []
    assert [key for _, key in scene.steps(watcher)[-1].held] == ["b"]


@pytest.mark.parametrize("above", [0, 1])
async def test_deletion_at_the_compaction_revision_is_not_missed(scene: Stage, above: int) -> None:
    """The edge: compacted to just before the deletion it is a delta; to the deletion itself, a resync."""
    watcher = scene.watcher(Wish("prod"))
    async with watching([watcher]):
        position = await scene.writer.commit([put("base", "a", "1"), put("base", "b", "1")])
        assert await watcher.told(position)
    deletion = await scene.writer.commit([delete("base", "a")])
    await scene.nodes[0].kill()
    await scene.auditor.compact(position + above)
    await scene.nodes[0].start()
    async with watching([watcher]):
        assert await watcher.told(deletion)
    assert await scene.findings() == []
    last = next(step for step in scene.steps(watcher) if step.revision == deletion)
    assert last.event == ("state" if above else "delta")
    assert [key for _, key in last.held] == ["b"]


async def test_watch_from_a_future_revision_gives_no_old_events(scene: Stage) -> None:
    """It is refused, and told what the newest revision is."""
    head = await scene.writer.commit([put("base", "a", "1")])
    request = watch_pb2.WatchRequest(namespace=NAMESPACE, environment="prod", after_revision=head + 5)
    async with open_channel(scene.nodes[0].address) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await AioConfigStub(channel).watch(request, timeout=PATIENCE).read()
    error = to_vexil_error(refusal.value)
    assert isinstance(error, OutOfRange)
    assert error.reason is Reason.REVISION_IN_FUTURE
    assert error.metadata["head_revision"] == str(head)


async def test_resync_in_mid_stream_replaces_what_is_held(pair: Stage) -> None:
    """The stream stays open while its position is compacted; what was deleted meanwhile must go."""
    # It does not give up its stream, however long all this takes.
    watcher = pair.watcher(Wish("prod", silence=60), pair.nodes[1:])
    # Of another environment, so that what is gathered for it is not there for the watcher.
    neighbour = pair.watcher(Wish("qa"), [pair.around_proxy(1)])
    async with watching([watcher, neighbour]):
        assert await watcher.told(await pair.writer.commit([put("base", "gone", "1")]))
        pair.nodes[1].proxy.black_hole(Direction.TO_CLIENT)
        # What its server has read of the log by now is in memory, and more than the stream can take: a client
        # that is quick at the start grants it up to 4 MiB.
        large = await pair.commit_each(put("base", "large", f"{n}{LARGE}") for n in range(40))
        assert await neighbour.told(large)
        head = await pair.commit_each(
            [delete("base", "gone"), delete("base", "large"), put("base", "new", "1")]
        )
        await pair.auditor.compact(head)
        pair.nodes[1].proxy.heal()
        assert await watcher.told(head)
        assert await neighbour.told(head)
    assert await pair.findings() == []
    assert "STATE_REASON_RESYNC" in {step.reason for step in pair.steps(watcher)}
    assert [key for _, key in pair.steps(watcher)[-1].held] == ["new"]


async def test_change_and_change_back_are_two_changes(scene: Stage) -> None:
    watcher = scene.watcher(Wish("prod", resync=False))
    async with watching([watcher]):
        assert await watcher.told(1)
        revisions = [await scene.writer.commit([put("base", "a", value)]) for value in "ABAA"]
        assert await watcher.told(revisions[-1])
    assert await scene.findings() == []
    assert scene.deltas(watcher) == revisions


async def test_stream_that_nobody_reads_starves_no_other(scene: Stage) -> None:
    """One client opens a stream and stops reading; more is sent than any buffer on the way can hold."""
    request = Wish("prod").request(b"")
    watcher = scene.watcher(Wish("prod", resync=False))
    async with open_channel(scene.nodes[0].address) as channel, watching([watcher]):
        unread = AioConfigStub(channel).watch(request)
        await unread.read()
        head = await scene.commit_each(put("base", "a", f"{n}{LARGE}") for n in range(60))
        assert await watcher.told(head)
        unread.cancel()
    assert await scene.findings() == []


async def test_change_made_while_disconnected_is_there_at_once_on_return(scene: Stage) -> None:
    """Not with the next poll or progress message, which here would take ten minutes."""
    watcher = scene.watcher(Wish("prod", silence=600))
    async with watching([watcher]):
        assert await watcher.told(1)
    head = await scene.writer.commit([put("base", "a", "1")])
    async with watching([watcher]):
        assert await watcher.told(head)
    assert await scene.findings() == []
    assert scene.steps(watcher)[-1].event == "delta"

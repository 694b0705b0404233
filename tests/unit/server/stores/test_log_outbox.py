"""Marks that can't be right."""

from structlog.testing import capture_logs

from tests.acceptance.store.drafts import Drafts, put
from tests.support.clock import ManualClock
from vexil.core.resource import Revision
from vexil.server.stores.log_outbox import LogOutbox
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.memory_marks import MemoryMarks
from vexil.server.stores.outbox import Backlog


async def outbox_of(commits: int, mark: int) -> tuple[MemoryStore, LogOutbox]:
    store, drafts = MemoryStore(), Drafts()
    for _ in range(commits):
        await store.append(drafts.next(put("a")))
    outbox = LogOutbox(store, MemoryMarks(ManualClock().clock))
    await outbox.mark("shop", Revision(mark))
    return store, outbox


async def test_mark_above_the_log_is_not_believed() -> None:
    """It is another log's: rather announce twice than skip what is to come."""
    _, outbox = await outbox_of(commits=3, mark=7)
    with capture_logs() as logs:
        assert await outbox.backlogs() == [Backlog("shop", Revision(1), Revision(3))]
    assert [line["event"] for line in logs] == ["announcements_lost"]


async def test_what_was_compacted_before_it_was_announced_is_told() -> None:
    store, outbox = await outbox_of(commits=5, mark=1)
    await store.compact("shop", Revision(3))
    with capture_logs() as logs:
        assert [commit.revision for commit in await outbox.pending("shop", 10)] == [4, 5]
    assert [(line["event"], line["mark"], line["oldest"]) for line in logs] == [("announcements_lost", 1, 4)]


async def test_compaction_before_the_first_announcement_is_no_loss() -> None:
    store, outbox = await outbox_of(commits=5, mark=0)
    await store.compact("shop", Revision(3))
    with capture_logs() as logs:
        assert await outbox.backlogs() == [Backlog("shop", Revision(4), Revision(5))]
    assert logs == []

"""Namespaces in memory: what reads see before, while and after the log is followed."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from tests.acceptance.store.drafts import Drafts
from tests.acceptance.store.drafts import put as put_setting
from tests.support.backend import NAMESPACE, Backend, backend, put, texts
from tests.support.clock import ManualClock
from vexil.core.errors import DataLoss, NotFound, Reason, Unavailable
from vexil.core.resource import Commit, Revision
from vexil.core.snapshot import Applied, Snapshot
from vexil.server.control.directory import Directory
from vexil.server.control.follower import Follower
from vexil.server.stores.hints import Hint
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head, Store


class Recorder:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.applications: list[tuple[int, int]] = []
        self.replacements: list[int] = []

    def applied(self, commit: Commit, before: Snapshot, applied: Applied) -> None:
        assert applied.snapshot.revision == commit.revision
        self.applications.append((before.revision, commit.revision))

    def replaced(self, snapshot: Snapshot, epoch: int) -> None:
        self.replacements.append(snapshot.revision)

    def rewritten(self, namespace: str) -> None:
        raise AssertionError(namespace)


class Flaky(MemoryStore):
    """A store that can be cut off."""

    down = False

    async def heads(self) -> Sequence[Head]:
        if self.down:
            raise Unavailable("cut off", reason=Reason.STORE_UNAVAILABLE)
        return await super().heads()


class Damaged(MemoryStore):
    """A store in which one namespace can be damaged."""

    damaged = ""

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        if namespace == self.damaged:
            raise DataLoss("damaged", reason=Reason.STORE_CORRUPT)
        return await super().read(namespace, after, limit)


def directory_of(store: Store, observer: Recorder, time: ManualClock | None = None) -> Directory:
    return Directory(store, observer, (time or ManualClock()).clock)


async def until(condition: asyncio.Event) -> None:
    await asyncio.wait_for(condition.wait(), 30)


async def test_nothing_is_served_before_everything_is_loaded() -> None:
    async with backend() as shop:
        directory = directory_of(shop.store, Recorder())
        assert not directory.ready
        with pytest.raises(Unavailable) as raised:
            directory.view(NAMESPACE, "prod")
        assert raised.value.reason is Reason.NOT_READY
        await directory.refresh()
        assert directory.view(NAMESPACE, "prod").revision == 1


async def test_unknown_places_are_not_found(shop: Backend) -> None:
    with pytest.raises(NotFound) as raised:
        shop.directory.view("nowhere", "prod")
    assert raised.value.reason is Reason.NAMESPACE_NOT_FOUND
    with pytest.raises(NotFound) as raised:
        shop.directory.view(NAMESPACE, "nowhere")
    assert raised.value.reason is Reason.ENVIRONMENT_NOT_FOUND


async def test_namespace_of_another_process_is_found_when_it_is_looked_for(shop: Backend) -> None:
    late = directory_of(MemoryStore(), Recorder())
    await late.refresh()
    other = directory_of(shop.store, Recorder())
    await other.refresh()
    assert (await other.find(NAMESPACE)).snapshot.revision == 1
    with pytest.raises(NotFound):
        await late.find(NAMESPACE)


async def test_commits_of_others_are_applied_one_by_one(shop: Backend) -> None:
    recorder = Recorder()
    directory = directory_of(shop.store, recorder)
    await directory.refresh()
    for i in range(300):
        await shop.set(**{f"key-{i}": "x"})
    await directory.refresh()
    assert recorder.applications == [(i, i + 1) for i in range(1, 301)]
    assert texts(directory.view(NAMESPACE, "prod")) == texts(shop.view())


async def test_commit_that_arrives_twice_is_applied_once(shop: Backend) -> None:
    recorder = Recorder()
    directory = directory_of(shop.store, recorder)
    await directory.refresh()
    commit = await shop.commit(put("color", "red"))
    await asyncio.gather(directory.add(commit), directory.refresh(), directory.add(commit))
    assert recorder.applications == [(1, 2)]


async def test_commit_after_a_gap_fetches_what_is_missing(shop: Backend) -> None:
    recorder = Recorder()
    directory = directory_of(shop.store, recorder)
    await directory.refresh()
    await shop.set(color="red")
    await directory.add(await shop.commit(put("size", "m")))
    assert recorder.applications == [(1, 2), (2, 3)]


async def test_one_that_fell_behind_compaction_takes_the_whole_state(shop: Backend) -> None:
    recorder = Recorder()
    directory = directory_of(shop.store, recorder)
    await directory.refresh()
    for value in ("red", "blue", "green"):
        await shop.set(color=value)
    await shop.store.compact(NAMESPACE, Revision(3))
    await directory.refresh()
    assert recorder.applications == []
    assert recorder.replacements == [1, 4]
    assert texts(directory.view(NAMESPACE, "prod")) == {"color": "green"}


async def test_reads_go_on_while_the_store_is_gone_and_the_age_is_known() -> None:
    time, store = ManualClock(), Flaky()
    async with backend(store, time=time) as shop:
        await shop.set(color="red")
        await shop.directory.refresh()
        store.down = True
        time.advance(7)
        with pytest.raises(Unavailable):
            await shop.directory.refresh()
        assert texts(shop.view()) == {"color": "red"}
        assert shop.directory.age == 7
        store.down = False
        await shop.directory.refresh()
        assert shop.directory.age == 0


class Watched(Recorder):
    """A recorder that says when a revision has come."""

    def __init__(self, revision: int) -> None:
        super().__init__()
        self.there = asyncio.Event()
        self._revision = revision

    def applied(self, commit: Commit, before: Snapshot, applied: Applied) -> None:
        super().applied(commit, before, applied)
        if commit.revision == self._revision:
            self.there.set()


@pytest.fixture
async def following(shop: Backend) -> AsyncIterator[Watched]:
    """A follower that waits for revision 4."""
    watched = Watched(4)
    directory = directory_of(shop.store, watched)
    await directory.refresh()
    task = asyncio.create_task(Follower(shop.store, directory, interval=30).run())
    yield watched
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_follower_brings_in_what_the_store_hints_at(shop: Backend, following: Watched) -> None:
    for value in ("red", "blue", "green"):
        await shop.set(color=value)
    await until(following.there)
    assert following.applications == [(1, 2), (2, 3), (3, 4)]


class Deaf(Flaky):
    """A store whose hints are all lost."""

    async def hints(self) -> AsyncIterator[Hint]:
        await asyncio.Event().wait()
        yield None


async def test_follower_survives_lost_hints_and_a_store_that_comes_back() -> None:
    store = Deaf()
    async with backend(store) as shop:
        watched = Watched(2)
        directory = directory_of(store, watched)
        await directory.refresh()
        store.down = True
        task = asyncio.create_task(Follower(store, directory, interval=0.01).run())
        await shop.set(color="red")
        store.down = False
        await until(watched.there)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Lagging(MemoryStore):
    """A store whose log shows less than its head says."""

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        return ()


async def test_log_that_lags_behind_its_head_is_an_error_and_no_endless_loop() -> None:
    store = Lagging()
    async with backend(store) as shop:
        behind = directory_of(store, Recorder())
        await behind.refresh()
        await shop.set(color="red")
        with pytest.raises(Unavailable) as refused:
            await asyncio.wait_for(behind.refresh(), 30)
        assert refused.value.reason is Reason.STORE_UNAVAILABLE


async def test_damaged_namespace_does_not_hold_up_the_others() -> None:
    store = Damaged()
    drafts = {name: Drafts(name) for name in ("damaged", "whole")}
    for each in drafts.values():
        await store.append(each.next(put_setting("a")))
    directory = directory_of(store, Recorder())
    await directory.refresh()
    for each in drafts.values():
        await store.append(each.next(put_setting("a")))
    store.damaged = "damaged"
    with pytest.raises(DataLoss):
        await directory.refresh()
    assert [directory.snapshot(name).revision for name in drafts] == [1, 2]
    store.damaged = ""
    await directory.refresh()
    assert directory.snapshot("damaged").revision == 2

"""Looking at the past: commits, versions, old states, differences."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TypeVar

import pytest

from tests.support.backend import NAMESPACE, Backend, backend, delete, put, setting, texts
from vexil.core.errors import NotFound, OutOfRange, Reason
from vexil.core.resource import Kind, Revision, Version
from vexil.core.selector import Selector
from vexil.server.control.compaction import Compactor, Retention
from vexil.server.control.history import CommitFilter
from vexil.server.control.past import Past
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Image

T = TypeVar("T")


async def collected(items: AsyncIterator[T]) -> list[T]:
    return [item async for item in items]


async def revisions(shop: Backend, wanted: CommitFilter, before: int | None = None) -> list[int]:
    below = None if before is None else Revision(before)
    return [commit.revision async for commit in shop.history.commits(NAMESPACE, wanted, below)]


class TestCommits:
    async def test_newest_comes_first_and_before_is_exclusive(self, shop: Backend) -> None:
        for i in range(5):
            await shop.set(color=f"shade-{i}")
        assert await revisions(shop, CommitFilter()) == [6, 5, 4, 3, 2, 1]
        assert await revisions(shop, CommitFilter(), before=3) == [2, 1]

    async def test_filter_looks_at_environment_key_and_tag(self, shop: Backend) -> None:
        await shop.set("prod", color="red")
        await shop.set("qa", color="blue")
        await shop.commit(put("size", "m", "qa", tags=["ui"]))
        await shop.commit(delete("size", "qa"))
        assert await revisions(shop, CommitFilter("qa")) == [5, 4, 3, 1]
        assert await revisions(shop, CommitFilter("qa", Selector(key="size"))) == [5, 4]
        assert await revisions(shop, CommitFilter("", Selector(tag="ui"))) == [4]
        assert await revisions(shop, CommitFilter("", Selector(kind=Kind.ENVIRONMENT))) == [1]

    async def test_one_commit_is_read_with_its_changes(self, shop: Backend) -> None:
        made = await shop.commit(put("color", "red"))
        assert await shop.history.commit(NAMESPACE, Revision(2)) == made

    async def test_commit_outside_of_the_kept_ones_says_why(self, shop: Backend) -> None:
        await shop.set(color="red")
        await shop.store.compact(NAMESPACE, Revision(1))
        with pytest.raises(OutOfRange) as raised:
            await shop.history.commit(NAMESPACE, Revision(1))
        assert raised.value.reason is Reason.REVISION_COMPACTED
        with pytest.raises(OutOfRange) as raised:
            await shop.history.commit(NAMESPACE, Revision(3))
        assert raised.value.reason is Reason.REVISION_IN_FUTURE
        assert raised.value.metadata["head_revision"] == "2"


class TestVersions:
    async def test_deletions_are_versions_too(self, shop: Backend) -> None:
        await shop.set(color="red")
        await shop.set(color=None)
        await shop.set(color="blue")
        records = await collected(shop.history.versions(NAMESPACE, setting("color"), None))
        assert [record.change.version for record in records] == [3, 2, 1]
        assert [record.commit.revision for record in records] == [4, 3, 2]

    async def test_resource_that_never_was_is_not_found(self, shop: Backend) -> None:
        with pytest.raises(NotFound) as raised:
            await collected(shop.history.versions(NAMESPACE, setting("color"), None))
        assert raised.value.reason is Reason.CONFIGURATION_NOT_FOUND

    async def test_one_version_is_found_or_named_as_missing(self, shop: Backend) -> None:
        await shop.set(color="red")
        change = await shop.history.version(NAMESPACE, setting("color"), Version(1))
        assert change.revision == 2
        with pytest.raises(NotFound) as raised:
            await shop.history.version(NAMESPACE, setting("color"), Version(2))
        assert raised.value.reason is Reason.VERSION_NOT_FOUND


class TestOldStates:
    async def test_every_kept_revision_can_be_rebuilt(self, shop: Backend) -> None:
        seen = {Revision(1): texts(shop.view())}
        for i in range(150):
            revision = await shop.set("base" if i % 3 else "prod", **{f"key-{i % 7}": f"value-{i}"})
            seen[revision] = texts(shop.view())
        for revision, expected in seen.items():
            snapshot = await shop.reads.snapshot(NAMESPACE, revision)
            assert snapshot.revision == revision
            assert texts(snapshot.view("prod")) == expected

    async def test_neighbours_share_one_build(self) -> None:
        store = Counting()
        async with backend(store) as shop:
            for i in range(60):
                await shop.set(color=f"shade-{i}")
            store.loads = 0
            past = Past(store)
            await asyncio.gather(*(past.snapshot(NAMESPACE, Revision(i)) for i in range(2, 60)))
            assert store.loads == 1

    async def test_compacted_and_future_revisions_are_told_apart(self, shop: Backend) -> None:
        for value in ("red", "blue", "green"):
            await shop.set(color=value)
        await shop.store.compact(NAMESPACE, Revision(3))
        with pytest.raises(OutOfRange) as raised:
            await shop.reads.snapshot(NAMESPACE, Revision(2))
        assert raised.value.metadata["compact_revision"] == "3"
        with pytest.raises(OutOfRange) as raised:
            await shop.reads.snapshot(NAMESPACE, Revision(9))
        assert raised.value.reason is Reason.REVISION_IN_FUTURE

    async def test_what_is_not_asked_for_again_is_forgotten(self) -> None:
        store = Counting()
        async with backend(store) as shop:
            await shop.set(color="red")
            past = Past(store)
            store.loads = 0
            for sweeps, loads in ((1, 1), (1, 1), (2, 1), (0, 2)):
                await past.snapshot(NAMESPACE, Revision(1))
                assert store.loads == loads
                for _ in range(sweeps):
                    past.sweep()

    async def test_failed_build_is_not_remembered(self) -> None:
        store = Counting()
        async with backend(store) as shop:
            await shop.set(color="red")
            past = Past(store)
            store.broken = True
            with pytest.raises(NotFound):
                await past.snapshot(NAMESPACE, Revision(1))
            store.broken = False
            assert (await past.snapshot(NAMESPACE, Revision(1))).revision == 1


class Counting(MemoryStore):
    """A store that counts how often a whole state is read, and can refuse that."""

    loads = 0
    broken = False

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        self.loads += 1
        if self.broken:
            raise NotFound("gone for a moment")
        return await super().load(namespace, at)


class TestDiff:
    async def test_effective_views_and_own_settings_differ_differently(self, shop: Backend) -> None:
        await shop.set("base", color="red")
        differences, newest = await shop.history.diff(NAMESPACE, Revision(1), None, "prod")
        assert newest == 2
        assert [(str(each.id), each.before) for each in differences] == [("setting prod/color", None)]
        own, _ = await shop.history.diff(NAMESPACE, Revision(1), None, "")
        assert [each.id.environment for each in own] == ["base"]

    async def test_unknown_environment_is_not_found(self, shop: Backend) -> None:
        with pytest.raises(NotFound):
            await shop.history.diff(NAMESPACE, Revision(1), None, "nowhere")


class TestCompaction:
    async def test_what_is_old_and_not_among_the_newest_goes(self, shop: Backend) -> None:
        for i in range(10):
            await shop.set(color=f"shade-{i}")
        compactor = Compactor(shop.store, Retention(4, timedelta(days=1)), shop.time.clock)
        await compactor.compact()
        assert await shop.history.compact_revision(NAMESPACE) == 0
        shop.time.advance(timedelta(days=2).total_seconds())
        await compactor.compact()
        assert await shop.history.compact_revision(NAMESPACE) == 7
        assert await revisions(shop, CommitFilter()) == [11, 10, 9, 8]
        assert texts(shop.view()) == {"color": "shade-9"}

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import Drafts, put
from tests.unit.server.backup.portraits import portraits
from tests.unit.server.backup.shop import Shop
from vexil.core.errors import DataLoss, Unavailable
from vexil.core.resource import Commit, Revision
from vexil.server.backup.failures import NoSuchBackup, StoreNotEmpty
from vexil.server.stores.memory import MemoryStore


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    """Two backups; what is deleted, compacted and asked for by request id is in them."""
    made = Shop(tmp_path / "backups")
    await made.some_history()
    await made.back_up()
    await made.write("key-0", "newest", request_id="newest")
    await made.back_up()
    return made


async def test_earlier_backup_is_the_store_as_it_was(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.some_history()
    first = await shop.back_up()
    before = await portraits(shop.store)
    await shop.write("key-0", None)
    await shop.back_up()

    assert await portraits(await shop.restored(first.manifest.id)) == before


async def test_one_namespace_is_restored_alone(shop: Shop) -> None:
    restored = await portraits(await shop.restored(namespace="billing"))

    assert restored == {"billing": (await portraits(shop.store))["billing"]}
    with pytest.raises(NoSuchBackup, match="'accounts'"):
        await shop.restored(namespace="accounts")


async def test_restored_namespace_takes_commits(shop: Shop) -> None:
    """Also those whose request id was forgotten with its commit, but not one that is kept."""
    store = await shop.restored()
    await store.append(shop.drafts["shop"].next(put("key-0"), request_id="request-0"))

    head = await store.head("shop")
    assert head is not None
    assert head.revision == 12
    assert await store.find_request("shop", "newest") is not None


async def test_store_with_anything_in_it_is_refused(shop: Shop) -> None:
    store = MemoryStore()
    await store.append(Drafts("other").next(put("a")))
    with pytest.raises(StoreNotEmpty, match="it has other"):
        await shop.restore_to(store)
    with pytest.raises(StoreNotEmpty):
        await shop.restore_to(store, resume=True)

    assert [head.namespace for head in await store.heads()] == ["other"]


class Interrupted(MemoryStore):
    """A store that stops to answer after some commits."""

    left = 4

    async def append(self, commit: Commit) -> Commit:
        if not self.left:
            raise Unavailable("the store does not answer")
        self.left -= 1
        return await super().append(commit)


@pytest.mark.parametrize("left", range(0, 13, 3))
async def test_restore_that_broke_off_goes_on(shop: Shop, left: int) -> None:
    store = Interrupted()
    store.left = left
    with pytest.raises(Unavailable):
        await shop.restore_to(store)
    store.left = 100
    if left:
        with pytest.raises(StoreNotEmpty, match="--resume"):
            await shop.restore_to(store)

    await shop.restore_to(store, resume=True)

    assert await portraits(store) == await portraits(shop.store)
    await shop.restore_to(store, resume=True)
    assert await portraits(store) == await portraits(shop.store)


async def test_restore_goes_on_only_with_the_same_log(shop: Shop) -> None:
    store = MemoryStore()
    drafts = Drafts()
    for number in range(6):
        await store.append(drafts.next(put(f"other-{number}")))
    with pytest.raises(StoreNotEmpty, match="not how this backup begins"):
        await shop.restore_to(store, namespace="shop", resume=True)


async def test_restore_does_not_go_back(shop: Shop) -> None:
    """What is beyond the backup stays."""
    first, _ = shop.vault.ids()
    store = await shop.restored()
    with pytest.raises(StoreNotEmpty, match="not how this backup begins"):
        await shop.restore_to(store, first, resume=True)

    assert await portraits(store) == await portraits(shop.store)


class Forgetful(MemoryStore):
    """A store that gives another message back than it was given."""

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        return [replace(each, message="") for each in await super().read(namespace, after, limit)]


async def test_store_that_gives_something_else_back_is_noticed(shop: Shop) -> None:
    with pytest.raises(DataLoss, match="do not use it"):
        await shop.restore_to(Forgetful())


async def test_commits_of_former_homes_get_the_newest_epoch(tmp_path: Path) -> None:
    """A store that has had one home knows one epoch for each log."""

    class Moved(MemoryStore):
        async def append(self, commit: Commit) -> Commit:
            stored = await super().append(commit)
            for log in self._logs.values():
                log.epoch = 20001
            return stored

    shop = Shop(tmp_path, store=Moved())
    await shop.write("a")
    shop.drafts["shop"].epoch = 20001
    await shop.write("b")
    await shop.back_up()
    assert [commit.epoch for commit in await shop.store.read("shop", Revision(0), 9)] == [1, 20001]

    store = await shop.restored()

    assert [commit.epoch for commit in await store.read("shop", Revision(0), 9)] == [20001, 20001]
    assert await store.heads() == await shop.store.heads()
    assert await store.load("shop") == await shop.store.load("shop")

"""Every store can be backed up, and every store takes a backup of any other."""

from pathlib import Path

import pytest

from tests.acceptance.store.drafts import Drafts
from tests.unit.server.backup.portraits import portraits
from tests.unit.server.backup.shop import Shop
from vexil.server.stores.port import Store


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    """Two backups of a store in memory."""
    made = Shop(tmp_path / "backups")
    await made.some_history()
    await made.back_up()
    await made.write("key-0", None, request_id="newest")
    await made.back_up()
    return made


async def test_backup_is_restored_to_every_store(shop: Shop, store: Store) -> None:
    await shop.restore_to(store)

    assert await portraits(store) == await portraits(shop.store)


async def test_every_store_is_backed_up(store: Store, tmp_path: Path) -> None:
    shop = Shop(tmp_path / "backups", store=store)
    await shop.some_history()
    await shop.back_up()
    await shop.write("key-0", None, request_id="newest")
    made = await shop.back_up()

    assert made.notes == []
    assert made.manifest.commits == 1
    assert await portraits(await shop.restored()) == await portraits(store)
    assert shop.verify().findings == []


async def test_restored_store_is_backed_up_on_in_the_same_chain(shop: Shop, store: Store) -> None:
    """Its log continues what was backed up before."""
    await shop.restore_to(store)
    shop.store = store
    await shop.write("key-1", "after")
    made = await shop.back_up()

    assert made.notes == []
    assert made.manifest.commits == 1


async def test_epoch_of_another_store_is_kept(store: Store, tmp_path: Path) -> None:
    shop = Shop(tmp_path, drafts={"shop": Drafts(epoch=20007)})
    await shop.write("key")
    await shop.back_up()
    await shop.restore_to(store)

    head = await store.head("shop")
    assert head is not None
    assert (head.epoch, head.writable) == (20007, True)
    assert head.lineage.keeps(1, 20007)


async def test_new_epoch_leaves_no_position_valid(shop: Shop, store: Store) -> None:
    await shop.restore_to(store, new_epoch=True)

    before, after = await shop.store.heads(), await store.heads()
    assert [(head.namespace, head.revision) for head in after] == [
        (head.namespace, head.revision) for head in before
    ]
    for head in after:
        assert head.epoch > 1
        assert not head.lineage.keeps(1, 1)
        assert head.lineage.keeps(head.revision, head.epoch)
    await shop.restore_to(store, new_epoch=True, resume=True)

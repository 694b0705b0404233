"""Where watchers stand after a restore."""

from pathlib import Path

import pytest

from tests.support.backend import backend
from tests.support.watcher import held_of, watch
from tests.unit.server.backup.shop import Shop
from vexil.core.errors import OutOfRange, Reason
from vexil.server.watch.service import FromToken


async def test_watcher_goes_on_from_its_token_on_the_restored_store(tmp_path: Path) -> None:
    async with backend() as before:
        await before.set(a="1")
        shop = Shop(tmp_path, store=before.store)
        watcher = watch(before)
        await watcher.until(2)
        held, token = watcher.held, watcher.token
        await before.set(a="2", b="1")
        await shop.back_up()
        store = await shop.restored()
    async with backend(store, create=False) as after:
        resumed = watch(after, start=FromToken(token))
        resumed.held = held
        await resumed.until(3)

        assert [event.WhichOneof("event") for event in resumed.events if event.HasField("state_begin")] == []
        assert resumed.held == held_of(after.view())
        await after.set(a="3")
        await resumed.until(4)
        assert resumed.held == held_of(after.view())
        await resumed.close()


async def test_token_from_after_the_backup_is_refused_until_a_full_state_is_asked_for(tmp_path: Path) -> None:
    async with backend() as before:
        shop = Shop(tmp_path, store=before.store)
        await shop.back_up()
        await before.set(a="lost")
        watcher = watch(before)
        await watcher.until(2)
        token = watcher.token
        store = await shop.restored()
    async with backend(store, create=False) as after:
        ahead = watch(after, start=FromToken(token))
        with pytest.raises(OutOfRange) as refusal:
            await ahead.next()

        assert refusal.value.reason is Reason.REVISION_IN_FUTURE
        afresh = watch(after)
        await afresh.until(1)
        assert afresh.held == held_of(after.view())
        await afresh.close()


async def test_no_token_counts_in_a_new_epoch(tmp_path: Path) -> None:
    """Where commits are lost and others made in their place: else what differs would never be sent."""
    async with backend() as before:
        shop = Shop(tmp_path, store=before.store)
        await before.set(a="kept")
        await shop.back_up()
        await before.set(a="lost")
        watcher = watch(before)
        await watcher.until(3)
        held, token = watcher.held, watcher.token
        store = await shop.restored(new_epoch=True)
    async with backend(store, create=False) as after:
        await after.set(b="instead of it")
        refused = watch(after, start=FromToken(token))
        with pytest.raises(OutOfRange) as refusal:
            await refused.next()
        assert refusal.value.reason is Reason.REVISION_COMPACTED

        resumed = watch(after, start=FromToken(token), resync=True)
        resumed.held = held
        await resumed.until(3)

        assert resumed.events[0].WhichOneof("event") == "state_begin"
        assert resumed.held == held_of(after.view())
        await resumed.close()

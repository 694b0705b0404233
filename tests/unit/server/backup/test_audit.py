"""Audit chains come back from backups as they were."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.unit.server.backup.shop import Shop
from vexil.core.audit.position import Position
from vexil.core.resource import Commit, Revision
from vexil.server.audit.chains import ChainReport, positions, verify_chains
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Store


async def sound(store: Store, written_down: Sequence[Position] = ()) -> Sequence[ChainReport]:
    reports = await verify_chains(store, written_down)
    assert [finding for report in reports for finding in report.findings] == []
    return reports


async def test_restored_chain_is_the_one_that_was_backed_up(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.some_history()
    noted = await positions(shop.store)
    await shop.back_up()
    await shop.write("later")
    await shop.back_up()
    for id, expected in ((shop.vault.ids()[0], noted), (None, await positions(shop.store))):
        restored = await shop.restored(id)
        assert await positions(restored) == expected
        await sound(restored, expected)
    newer = await shop.restored(new_epoch=True)
    assert await positions(newer) == await positions(shop.store)
    await sound(newer)


async def test_chain_of_which_nothing_is_kept_goes_on_after_a_restore(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    for number in range(3):
        await shop.write("color", str(number))
    await shop.store.compact("shop", Revision(3))
    noted = await positions(shop.store)
    await shop.back_up()
    restored = await shop.restored()
    assert await positions(restored) == noted
    await sound(restored, noted)
    shop.store = restored
    await shop.write("color", "next")
    [report] = await sound(restored, noted)
    assert report.sealed_from == 4


async def test_backup_from_before_there_was_a_chain_gets_one_when_it_is_restored(tmp_path: Path) -> None:
    shop = Shop(tmp_path, Unsealed())
    await shop.some_history()
    await shop.back_up()
    restored = await shop.restored()
    reports = await sound(restored)
    assert all(report.sealed_from == report.first for report in reports)
    again = await shop.restored(resume=True)
    await sound(again)


class Unsealed(MemoryStore):
    """A store of a release without a chain."""

    async def append(self, commit: Commit) -> Commit:
        await super().append(commit)
        log = self._logs[commit.namespace]
        log.chain = b""
        log.commits[-1] = replace(commit, seal=None)
        if commit.request_id:
            log.requests[commit.request_id] = log.commits[-1]
        return log.commits[-1]

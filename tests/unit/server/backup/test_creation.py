from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.server.backup.portraits import portraits
from tests.unit.server.backup.shop import Shop
from vexil.core.errors import FailedPrecondition, Unavailable
from vexil.core.resource import Commit, Revision
from vexil.server.backup.failures import BackupDamaged, DirectoryBusy, NoSuchBackup
from vexil.server.stores.lineage import Era, Lineage
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head, Image


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    made = Shop(tmp_path / "backups")
    await made.some_history()
    return made


async def test_first_backup_has_everything(shop: Shop) -> None:
    made = await shop.back_up()

    manifest = made.manifest
    assert manifest.parent is None
    assert [(each.namespace, each.revision, each.compact_revision) for each in manifest.sections] == [
        ("billing", 2, 0),
        ("shop", 10, 5),
    ]
    assert manifest.commits == 2 + 5
    assert made.notes == []


async def test_next_backup_has_what_is_new(shop: Shop) -> None:
    first = (await shop.back_up()).manifest
    await shop.write("key-9", "new")
    second = (await shop.back_up()).manifest

    assert second.parent is not None
    assert (second.parent.id, second.parent.digest) == (first.id, first.digest)
    assert second.commits == 1
    billing, main = second.sections
    assert (billing.files, billing.whole) == ((), False)
    assert (main.after, main.revision, len(main.files)) == (10, 11, 1)
    assert await portraits(await shop.restored()) == await portraits(shop.store)


async def test_backup_begins_anew_every_week(shop: Shop) -> None:
    made = [(await shop.back_up(after=timedelta(days=1))).manifest for _ in range(15)]

    assert [manifest.parent is None for manifest in made] == [number % 7 == 0 for number in range(15)]


async def test_week_does_not_slip_by_the_seconds_of_a_late_start(shop: Shop) -> None:
    await shop.back_up()
    early = await shop.back_up(after=timedelta(days=7, seconds=-30))

    assert early.manifest.parent is None


async def test_backup_with_everything_can_be_asked_for(shop: Shop) -> None:
    await shop.back_up()

    assert (await shop.back_up(full=True)).manifest.parent is None


async def test_new_namespace_is_in_the_next_backup_as_a_whole(shop: Shop) -> None:
    await shop.back_up()
    await shop.write("key", namespace="accounts")
    made = await shop.back_up()

    section = made.manifest.section("accounts")
    assert section is not None
    assert section.whole
    assert made.notes == []
    assert await portraits(await shop.restored()) == await portraits(shop.store)


async def test_compaction_between_backups_is_followed(shop: Shop) -> None:
    await shop.back_up()
    await shop.write("key-0", None)
    await shop.store.compact("shop", Revision(9))
    made = await shop.back_up()

    assert made.manifest.parent is not None
    assert made.notes == []
    assert await portraits(await shop.restored()) == await portraits(shop.store)


async def test_compaction_up_to_the_last_backup_is_followed(shop: Shop) -> None:
    """Its newest commit is gone, and the state tells that the log continues."""
    await shop.back_up()
    await shop.write("key-0")
    await shop.store.compact("shop", Revision(10))
    made = await shop.back_up()

    assert made.notes == []
    assert made.manifest.commits == 1


async def test_compaction_beyond_the_last_backup_leaves_a_gap_that_is_told(shop: Shop) -> None:
    await shop.back_up()
    await shop.write("key-0")
    await shop.write("key-1")
    await shop.store.compact("shop", Revision(11))
    made = await shop.back_up()

    assert made.manifest.parent is not None
    [note] = made.notes
    assert note.startswith("shop is in it as a whole")
    assert await portraits(await shop.restored()) == await portraits(shop.store)


async def test_another_log_under_the_same_name_is_noticed(shop: Shop) -> None:
    """A store that was restored to an earlier moment went on differently."""
    await shop.back_up()
    shop.store = MemoryStore()
    shop.drafts.clear()
    for number in range(12):
        await shop.write(f"other-{number}")
    made = await shop.back_up()

    assert [note[:4] for note in made.notes] == ["shop"]
    assert await portraits(await shop.restored()) == await portraits(shop.store)


class Elsewhere(MemoryStore):
    """A store whose home moved: from revision 8 on the log was written in another epoch."""

    async def head(self, namespace: str) -> Head | None:
        head = await super().head(namespace)
        return None if head is None else _moved(head)

    async def heads(self) -> Sequence[Head]:
        return [_moved(head) for head in await super().heads()]


def _moved(head: Head) -> Head:
    lineage = Lineage((Era(1, Revision(1)), Era(20001, Revision(8))))
    return replace(head, epoch=20001, home="eu-west-1", lineage=lineage)


async def test_log_that_left_something_behind_is_noticed(shop: Shop) -> None:
    await shop.back_up()
    shop.store.__class__ = Elsewhere
    made = await shop.back_up()

    section = made.manifest.section("shop")
    assert section is not None
    assert (section.whole, section.home, section.lineage.newest) == (True, "eu-west-1", 20001)


class Compacting(MemoryStore):
    """A store whose server compacts it while it is read, some times."""

    times = 1

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        if self.times and namespace == "shop":
            self.times -= 1
            await self.compact(namespace, Revision(8))
        return await super().read(namespace, after, limit)


@pytest.mark.parametrize("later", [False, True], ids=["first", "next"])
async def test_compaction_meanwhile_is_overtaken(shop: Shop, later: bool) -> None:
    if later:
        await shop.back_up()
        await shop.write("key-0")
    shop.store.__class__ = Compacting
    made = await shop.back_up()

    section = made.manifest.section("shop")
    assert section is not None
    assert section.compact_revision in {5, 8}
    names = {file.name for section in made.manifest.sections for file in section.files}
    assert {path.name for path in (shop.directory / made.manifest.id).iterdir()} == {*names, "manifest.json"}
    assert shop.verify().findings == []


class Failing(MemoryStore):
    """A store that does not answer when the second namespace is read."""

    async def load(self, namespace: str, at: Revision | None = None) -> Image:
        if namespace == "shop":
            raise Unavailable("the store does not answer")
        return await super().load(namespace, at)


async def test_backup_that_fails_leaves_nothing(shop: Shop) -> None:
    shop.store.__class__ = Failing
    with pytest.raises(Unavailable):
        await shop.back_up()

    assert shop.vault.ids() == []
    assert shop.vault.leftovers() == []


async def test_next_backup_removes_what_broke_off(shop: Shop) -> None:
    await shop.back_up()
    broken = shop.directory / ".partial-20261116T120000000000Z"
    broken.mkdir()
    (broken / "0001.data").write_bytes(b"half")
    assert shop.verify().leftovers == [broken.name]
    assert len(shop.vault.ids()) == 1

    await shop.back_up()

    assert not broken.exists()


async def test_two_at_once_are_refused(shop: Shop) -> None:
    with shop.vault.locked(), pytest.raises(DirectoryBusy):
        await shop.back_up()
    await shop.back_up()


async def test_directory_that_cannot_be_locked_is_not_called_busy(shop: Shop) -> None:
    (shop.directory / ".lock").mkdir(parents=True)
    with pytest.raises(FailedPrecondition, match="give this user access"):
        await shop.back_up()


async def test_file_in_the_place_of_the_directory_is_told(shop: Shop) -> None:
    shop.directory.write_text("a file")
    with pytest.raises(Unavailable, match="can't be used"):
        await shop.back_up()


async def test_clock_that_goes_back_does_not_change_the_order(shop: Shop) -> None:
    first = (await shop.back_up()).manifest
    second = (await shop.back_up(after=timedelta(days=-1))).manifest

    assert second.id > first.id
    assert shop.verify().sound == [first.id, second.id]


async def test_damaged_last_backup_is_not_continued(shop: Shop) -> None:
    first = (await shop.back_up()).manifest
    (shop.directory / first.id / "0001.data").write_bytes(b"short")
    made = await shop.back_up()

    assert made.manifest.parent is None
    [note] = made.notes
    assert f"{first.id}/0001.data" in note


async def test_large_log_is_several_files(shop: Shop) -> None:
    for number in range(6):
        await shop.write("large", f"{number}" * 1_000_000)
    made = await shop.back_up()

    section = made.manifest.section("shop")
    assert section is not None
    assert [file.content for file in section.files] == ["base", "log", "log"]
    assert await portraits(await shop.restored()) == await portraits(shop.store)


async def test_backup_is_found_by_how_it_begins(shop: Shop) -> None:
    first = (await shop.back_up()).manifest
    second = (await shop.back_up()).manifest

    assert shop.vault.find(None) == second.id
    assert shop.vault.find(first.id[:11]) == first.id
    with pytest.raises(NoSuchBackup, match="2 backups begin"):
        shop.vault.find("2026")
    with pytest.raises(NoSuchBackup, match="no backup '2025'"):
        shop.vault.find("2025")


async def test_manifest_of_a_later_format_is_refused(shop: Shop) -> None:
    made = await shop.back_up()
    path = shop.directory / made.manifest.id / "manifest.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 2'))

    with pytest.raises(BackupDamaged, match="use a later one"):
        shop.vault.read(made.manifest.id)

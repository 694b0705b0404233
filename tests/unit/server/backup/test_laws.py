"""Whatever a store's history is and wherever backups cut it: what is restored is what was there."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acceptance.store.drafts import Drafts, delete, put
from tests.unit.server.backup.portraits import Portrait, portraits
from tests.unit.server.backup.shop import Shop
from vexil.core.resource import Revision
from vexil.server.stores.port import HeadMoved

NAMES = st.sampled_from(["shop", "billing"])
APPEND = st.tuples(
    st.just("append"),
    NAMES,
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["base", "prod"])),
        st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        max_size=3,
    ),
    st.sampled_from(["", "r1", "r2"]),
)
COMPACT = st.tuples(st.just("compact"), NAMES, st.floats(0, 1))
BACK_UP = st.tuples(st.just("back up"), st.booleans())


async def live(steps: list[tuple[Any, ...]], directory: Path) -> None:
    shop = Shop(directory)
    expected: dict[str, dict[str, Portrait]] = {}
    for step in [*steps, ("back up", False)]:
        match step:
            case ("append", name, changes, request_id):
                drafts = shop.drafts.setdefault(name, Drafts(name, epoch=7))
                before = drafts.revision, dict(drafts.newest)
                asked = [
                    delete(key, place) if value is None else put(key, value, place)
                    for (key, place), value in changes.items()
                ]
                try:
                    await shop.store.append(drafts.next(*asked, request_id=request_id))
                except HeadMoved:
                    drafts.revision, drafts.newest = before
            case ("compact", name, share):
                if (head := await shop.store.head(name)) is not None:
                    await shop.store.compact(name, Revision(round(share * head.revision)))
            case ("back up", full):
                made = await shop.back_up(full=full)
                expected[made.manifest.id] = await portraits(shop.store)
    for id, portrait in expected.items():
        assert await portraits(await shop.restored(id)) == portrait
    report = shop.verify()
    assert list(report.sound) == list(expected)
    assert report.findings == []


@settings(max_examples=40)
@given(st.lists(APPEND | COMPACT | BACK_UP, max_size=25))
def test_restored_backup_is_what_the_store_was(steps: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as directory:
        asyncio.run(live(steps, Path(directory)))

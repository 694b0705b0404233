"""A store whose servers tell each other what they append."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from tests.support.grapevine import Grapevine
from vexil.server.stores.hinted import HintedStore
from vexil.server.stores.hints import Hint
from vexil.server.stores.port import HeadMoved, Store
from vexil.server.stores.sqlite import SqliteStore

DEADLINE = 10.0
NEVER = 3600.0


@pytest.fixture
def vine() -> Grapevine:
    return Grapevine()


@pytest.fixture
async def stores(tmp_path: Path, vine: Grapevine) -> AsyncIterator[list[Store]]:
    """Two servers on one file, which do not look into it by themselves."""
    path = tmp_path / "vexil.db"
    stores = [HintedStore(await SqliteStore.open(path, poll_interval=NEVER), vine.source()) for _ in range(2)]
    yield list[Store](stores)
    for store in stores:
        await store.close()


async def settled(hints: AsyncIterator[Hint]) -> asyncio.Task[Hint]:
    """The next hint after those that come at once."""
    while True:
        waiting = asyncio.ensure_future(anext(hints))
        if not (await asyncio.wait([waiting], timeout=0.1))[0]:
            return waiting
        await waiting


async def test_what_one_appends_is_hinted_to_the_other(stores: list[Store], vine: Grapevine) -> None:
    one, other = stores
    waiting = await settled(other.hints())
    await one.append(Drafts().next(put("a")))
    assert await asyncio.wait_for(waiting, DEADLINE) == {NAMESPACE: 1}
    assert vine.told == [(NAMESPACE, 1)]


async def test_what_was_not_appended_is_not_told(stores: list[Store], vine: Grapevine) -> None:
    one, other = stores
    commit = Drafts().next(put("a"))
    await one.append(commit)
    with pytest.raises(HeadMoved):
        await other.append(commit)
    assert vine.told == [(NAMESPACE, 1)]


async def test_head_that_nobody_told_of_is_told_by_who_reads_it(
    stores: list[Store], vine: Grapevine, tmp_path: Path
) -> None:
    silent = await SqliteStore.open(tmp_path / "vexil.db")
    await silent.append(Drafts().next(put("a")))
    await silent.close()
    assert vine.told == []
    one, other = stores
    waiting = await settled(other.hints())
    await one.heads()
    await asyncio.wait_for(waiting, DEADLINE)
    await one.head(NAMESPACE)
    assert vine.told == [(NAMESPACE, 1)]

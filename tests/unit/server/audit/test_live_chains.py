"""Verifying beside servers that commit and compact meanwhile: nothing is wrong, and nothing seems to be."""

from collections.abc import Sequence

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.core.resource import Commit, Revision
from vexil.server.audit.chains import verify_chains
from vexil.server.audit.exporting import exported
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head

COUNT = 250


class Busy(MemoryStore):
    """Somebody commits after each look at the heads, and compacts before the second page is read."""

    def __init__(self) -> None:
        super().__init__()
        self.drafts = Drafts()
        self.busy = False
        self.pages = 0

    async def commit(self) -> None:
        await self.append(self.drafts.next(put("color", str(self.drafts.revision))))

    async def heads(self) -> Sequence[Head]:
        found = await super().heads()
        if self.busy:
            await self.commit()
        return found

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        self.pages += 1
        if self.busy and self.pages == 2:
            await self.compact(namespace, Revision(COUNT - 20))
        return await super().read(namespace, after, limit)


@pytest.fixture
async def store() -> Busy:
    store = Busy()
    for _ in range(COUNT):
        await store.commit()
    store.busy = True
    return store


async def test_chain_that_goes_on_and_is_compacted_meanwhile_is_sound(store: Busy) -> None:
    [report] = await verify_chains(store)
    assert report.findings == []
    assert (report.compact_revision, report.first, report.last) == (COUNT - 20, COUNT - 19, COUNT + 1)


async def test_entries_that_come_meanwhile_wait_for_the_next_time(store: Busy) -> None:
    store.pages = 10
    [report] = await verify_chains(store)
    assert (report.findings, report.last) == ([], COUNT)
    assert [line["revision"] async for line in exported(store, NAMESPACE)][-1] == str(COUNT + 1)

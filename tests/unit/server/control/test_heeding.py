"""Hints that name what is new: what is asked of the store for them, and when they are not enough."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from tests.support.backend import NAMESPACE, Backend, backend
from vexil.core.errors import Unavailable
from vexil.core.resource import Commit, Namespace, Revision
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Head

EVERYTHING, ONE_HEAD, LOG = "heads", "head", "read"


class Asked(MemoryStore):
    """A store that writes down which questions it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[str] = []
        self.other_epoch = False

    async def heads(self) -> Sequence[Head]:
        self.questions.append(EVERYTHING)
        return await super().heads()

    async def head(self, namespace: str) -> Head | None:
        self.questions.append(ONE_HEAD)
        return await super().head(namespace)

    async def read(self, namespace: str, after: Revision, limit: int) -> Sequence[Commit]:
        self.questions.append(LOG)
        commits = await super().read(namespace, after, limit)
        return [replace(commit, epoch=2) for commit in commits] if self.other_epoch else commits


@pytest.fixture
async def shop() -> AsyncIterator[Backend]:
    async with backend(Asked()) as made:
        yield made


@pytest.fixture
async def elsewhere(shop: Backend) -> AsyncIterator[Backend]:
    """Another server on the store, at the revision of `shop`."""
    async with backend(shop.store, create=False) as made:
        questions(shop).clear()
        yield made


def questions(of: Backend) -> list[str]:
    assert isinstance(of.store, Asked)
    return of.store.questions


async def test_named_namespace_is_read_from_its_log_alone(shop: Backend, elsewhere: Backend) -> None:
    revision = await shop.set(color="red")
    await elsewhere.directory.heed({NAMESPACE: revision})
    assert elsewhere.directory.snapshot(NAMESPACE).revision == revision
    assert questions(shop) == [LOG]


async def test_hint_of_what_is_here_asks_nothing(shop: Backend) -> None:
    revision = await shop.set(color="red")
    questions(shop).clear()
    await shop.directory.heed({NAMESPACE: revision})
    assert questions(shop) == []


async def test_hint_of_a_namespace_that_is_not_known_here_looks_at_everything(shop: Backend) -> None:
    async with backend(shop.store, create=False) as late:
        await late.namespaces.create("bank", Namespace(owner="tests"), {})
        questions(shop).clear()
        await shop.directory.heed({"bank": Revision(1), "made-up": Revision(5)})
        assert questions(shop)[0] == EVERYTHING
        assert shop.directory.names() == ["bank", NAMESPACE]


async def test_made_up_revision_costs_two_questions_and_changes_nothing(
    shop: Backend, elsewhere: Backend
) -> None:
    await elsewhere.directory.heed({NAMESPACE: Revision(10**15)})
    assert questions(shop) == [LOG, ONE_HEAD]
    assert elsewhere.directory.snapshot(NAMESPACE).revision == 1


async def test_commit_of_another_epoch_is_not_taken_without_its_head(
    shop: Backend, elsewhere: Backend
) -> None:
    assert isinstance(shop.store, Asked)
    shop.store.other_epoch = True
    revision = await shop.set(color="red")
    await elsewhere.directory.heed({NAMESPACE: revision})
    assert questions(shop) == [LOG, ONE_HEAD, LOG]
    assert elsewhere.directory.runtime(NAMESPACE).epoch == 2


async def test_log_that_was_compacted_beyond_what_is_here_is_loaded(
    shop: Backend, elsewhere: Backend
) -> None:
    await shop.set(color="red")
    revision = await shop.set(color="green")
    await shop.store.compact(NAMESPACE, revision)
    await elsewhere.directory.heed({NAMESPACE: revision})
    assert elsewhere.directory.snapshot(NAMESPACE).revision == revision


async def test_named_hint_confirms_nothing_else(shop: Backend, elsewhere: Backend) -> None:
    elsewhere.time.advance(5)
    await elsewhere.directory.heed({NAMESPACE: await shop.set(color="red")})
    assert elsewhere.directory.age == 5
    await elsewhere.directory.heed(None)
    assert elsewhere.directory.age == 0


async def test_closed_store_is_said(shop: Backend, elsewhere: Backend) -> None:
    revision = await shop.set(color="red")
    await shop.store.close()
    with pytest.raises(Unavailable):
        await elsewhere.directory.heed({NAMESPACE: revision})

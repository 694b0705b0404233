"""Compaction: forgets history, never state."""

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, delete, put, setting
from tests.acceptance.store.model import Model, same_image
from vexil.core.errors import OutOfRange, Reason
from vexil.core.resource import Deleted, Revision, Version
from vexil.server.stores.port import Head, Store

LENGTH = 8


@pytest.fixture
async def model(store: Store) -> Model:
    drafts, model = Drafts(), Model(NAMESPACE)
    model.commits += [
        drafts.next(put("kept", "1"), put("gone", "1"), request_id="r1"),
        drafts.next(put("kept", "2"), put("still")),
        drafts.next(delete("gone"), request_id="r3"),
        drafts.next(put("kept", "3")),
        drafts.next(put("back", "1")),
        drafts.next(delete("back"), request_id="r6"),
        drafts.next(put("back", "2")),
        drafts.next(put("kept", "4")),
    ]
    for commit in model.commits:
        await store.append(commit)
    return model


async def compact(store: Store, model: Model, revision: int) -> None:
    await store.compact(NAMESPACE, Revision(revision))
    model.compacted = Revision(revision)


@pytest.mark.parametrize("revision", range(1, LENGTH + 1))
async def test_compact_leaves_every_later_state_and_commit(store: Store, model: Model, revision: int) -> None:
    await compact(store, model, revision)
    assert await store.head(NAMESPACE) == Head(NAMESPACE, Revision(LENGTH), Revision(revision), 1)
    for kept in range(revision, LENGTH + 1):
        assert same_image(await store.load(NAMESPACE, Revision(kept)), model.image(kept))
        assert await store.read(NAMESPACE, Revision(kept), 100) == model.commits[kept:]
    assert await store.read_back(NAMESPACE, Revision(LENGTH + 1), 100) == model.kept[::-1]
    for id in model.ids():
        assert await store.versions(NAMESPACE, id, None, 100) == model.versions(id)


async def test_compact_forgets_what_is_older(store: Store, model: Model) -> None:
    await compact(store, model, 4)
    with pytest.raises(OutOfRange) as load:
        await store.load(NAMESPACE, Revision(3))
    with pytest.raises(OutOfRange) as read:
        await store.read(NAMESPACE, Revision(3), 1)
    for refusal in (load.value, read.value):
        assert refusal.reason is Reason.REVISION_COMPACTED
        assert refusal.metadata["compact_revision"] == "4"
    assert list(await store.read_back(NAMESPACE, Revision(5), 100)) == []
    assert await store.find_request(NAMESPACE, "r3") is None
    assert await store.find_request(NAMESPACE, "r6") == model.commits[5]


async def test_compact_in_steps_is_the_same_as_at_once(store: Store, model: Model) -> None:
    for revision in range(1, LENGTH):
        await compact(store, model, revision)
        assert same_image(await store.load(NAMESPACE, Revision(revision)), model.image(revision))
    for id in model.ids():
        assert await store.versions(NAMESPACE, id, None, 100) == model.versions(id)


async def test_compact_keeps_the_version_that_was_live_with_a_bare_commit(store: Store, model: Model) -> None:
    await compact(store, model, 3)
    newest, *_, live = await store.versions(NAMESPACE, setting("kept"), None, 100)
    assert live.change.version == 2
    assert live.commit.committed_at == model.commits[1].committed_at
    assert (live.commit.revision, live.commit.author, live.commit.changes) == (2, "", ())
    assert newest.commit.author == "ada"


async def test_compact_keeps_tombstones_so_that_versions_are_never_reused(store: Store, model: Model) -> None:
    await compact(store, model, LENGTH)
    (trace,) = (await store.load(NAMESPACE)).deleted
    assert trace == Deleted(setting("gone"), Version(2), Revision(3))
    (record,) = await store.versions(NAMESPACE, setting("gone"), None, 100)
    assert record.change == trace
    assert record.commit.committed_at == model.commits[2].committed_at


async def test_compact_at_or_below_the_compacted_revision_changes_nothing(store: Store, model: Model) -> None:
    await compact(store, model, 4)
    for revision in (-1, 0, 3, 4):
        await store.compact(NAMESPACE, Revision(revision))
    assert await store.head(NAMESPACE) == Head(NAMESPACE, Revision(LENGTH), Revision(4), 1)


async def test_compact_above_the_head_is_refused(store: Store, model: Model) -> None:
    with pytest.raises(OutOfRange) as refusal:
        await store.compact(NAMESPACE, Revision(LENGTH + 1))
    assert refusal.value.reason is Reason.REVISION_IN_FUTURE
    assert refusal.value.metadata["head_revision"] == str(LENGTH)
    assert await store.head(NAMESPACE) == Head(NAMESPACE, Revision(LENGTH), Revision(0), 1)


async def test_compact_to_the_head_lets_the_log_go_on(store: Store, model: Model) -> None:
    await compact(store, model, LENGTH)
    assert list(await store.read(NAMESPACE, Revision(LENGTH), 10)) == []
    drafts = Drafts()
    drafts.revision = Revision(LENGTH)
    drafts.newest = {change.id: change for commit in model.commits for change in commit.changes}
    model.commits.append(drafts.next(put("gone", "2"), delete("kept")))
    await store.append(model.commits[-1])
    assert await store.read(NAMESPACE, Revision(LENGTH), 10) == model.commits[LENGTH:]
    assert same_image(await store.load(NAMESPACE), model.image(LENGTH + 1))


async def test_compact_of_one_namespace_leaves_the_others(store: Store, model: Model) -> None:
    other = Drafts("other")
    commits = [other.next(put("kept")), other.next(put("kept"))]
    for commit in commits:
        await store.append(commit)
    await compact(store, model, LENGTH)
    assert await store.read("other", Revision(0), 10) == commits

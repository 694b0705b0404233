"""Reading: the state at any kept revision, the log forwards and backwards, versions of a resource."""

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, delete, put, setting
from tests.acceptance.store.model import Model, same_image
from vexil.core.errors import NotFound, OutOfRange, Reason
from vexil.core.resource import Commit, Deleted, Revision, Version
from vexil.server.stores.port import Store, VersionRecord


@pytest.fixture
async def model(store: Store) -> Model:
    """Nine commits, in the store and in the model: writes, a deletion, a second life."""
    drafts, model = Drafts(), Model(NAMESPACE)
    model.commits += [
        drafts.next(put("a", "1"), put("b", "1"), request_id="first"),
        drafts.next(put("a", "2")),
        drafts.next(put("a", "1")),
        drafts.next(delete("b"), put("c")),
        drafts.next(put("b", "again"), put("a", "1", "base")),
        drafts.next(delete("c")),
        drafts.next(put("a", "4")),
        drafts.next(),
        drafts.next(delete("a"), put("d"), request_id="last"),
    ]
    for commit in model.commits:
        await store.append(commit)
    return model


async def test_load_gives_the_head_unless_asked_otherwise(store: Store, model: Model) -> None:
    image = await store.load(NAMESPACE)
    assert same_image(image, model.image(9))
    assert image.revision == 9
    assert same_image(image, await store.load(NAMESPACE, Revision(9)))


async def test_load_rebuilds_every_revision(store: Store, model: Model) -> None:
    for revision in range(10):
        assert same_image(await store.load(NAMESPACE, Revision(revision)), model.image(revision))


async def test_load_keeps_the_last_trace_of_what_was_deleted(store: Store, model: Model) -> None:
    deleted = (await store.load(NAMESPACE, Revision(4))).deleted
    assert list(deleted) == [Deleted(setting("b"), Version(2), Revision(4))]
    assert setting("b") not in {trace.id for trace in (await store.load(NAMESPACE, Revision(5))).deleted}


async def test_read_gives_commits_after_a_revision_oldest_first(store: Store, model: Model) -> None:
    for after in range(10):
        for limit in (1, 2, 100):
            assert await store.read(NAMESPACE, Revision(after), limit) == model.commits[after : after + limit]


async def test_read_pages_cover_the_log_once(store: Store, model: Model) -> None:
    seen: list[Commit] = []
    after = Revision(0)
    while page := await store.read(NAMESPACE, after, 4):
        seen += page
        after = page[-1].revision
    assert seen == model.commits


async def test_read_back_gives_commits_before_a_revision_newest_first(store: Store, model: Model) -> None:
    for before in (-1, 0, 1, 2, 5, 9, 10, 11, 1000):
        for limit in (1, 3, 100):
            expected = [commit for commit in model.commits[::-1] if commit.revision < before][:limit]
            assert await store.read_back(NAMESPACE, Revision(before), limit) == expected


@pytest.mark.parametrize("limit", [0, -1])
async def test_a_limit_below_1_gives_nothing(store: Store, model: Model, limit: int) -> None:
    assert list(await store.read(NAMESPACE, Revision(0), limit)) == []
    assert list(await store.read_back(NAMESPACE, Revision(9), limit)) == []
    assert list(await store.versions(NAMESPACE, setting("a"), None, limit)) == []


async def test_versions_come_newest_first_with_their_commits(store: Store, model: Model) -> None:
    for id in model.ids():
        assert await store.versions(NAMESPACE, id, None, 100) == model.versions(id)


async def test_versions_count_deletions(store: Store, model: Model) -> None:
    newest, oldest, *_ = await store.versions(NAMESPACE, setting("b"), Version(3), 100)
    assert newest.change == Deleted(setting("b"), Version(2), Revision(4))
    assert oldest.change.version == 1


async def test_versions_pages_cover_a_resource_once(store: Store, model: Model) -> None:
    seen: list[VersionRecord] = []
    before: Version | None = None
    while page := await store.versions(NAMESPACE, setting("a"), before, 2):
        assert len(page) <= 2
        seen += page
        before = page[-1].change.version
    assert seen == model.versions(setting("a"))


async def test_versions_of_a_key_are_those_of_one_environment(store: Store, model: Model) -> None:
    (only,) = await store.versions(NAMESPACE, setting("a", "base"), None, 100)
    assert (only.change.version, only.change.revision) == (1, 5)


async def test_versions_of_what_was_never_written_are_none(store: Store, model: Model) -> None:
    assert list(await store.versions(NAMESPACE, setting("never"), None, 100)) == []


async def test_find_request_gives_the_whole_commit(store: Store, model: Model) -> None:
    assert await store.find_request(NAMESPACE, "first") == model.commits[0]
    assert await store.find_request(NAMESPACE, "last") == model.commits[8]
    assert await store.find_request(NAMESPACE, "other") is None


async def test_a_revision_above_the_head_is_in_the_future(store: Store, model: Model) -> None:
    with pytest.raises(OutOfRange) as load:
        await store.load(NAMESPACE, Revision(10))
    with pytest.raises(OutOfRange) as read:
        await store.read(NAMESPACE, Revision(10), 1)
    for refusal in (load.value, read.value):
        assert refusal.reason is Reason.REVISION_IN_FUTURE
        assert refusal.metadata["head_revision"] == "9"


async def test_a_revision_below_0_is_not_kept(store: Store, model: Model) -> None:
    with pytest.raises(OutOfRange) as load:
        await store.load(NAMESPACE, Revision(-1))
    with pytest.raises(OutOfRange) as read:
        await store.read(NAMESPACE, Revision(-1), 1)
    assert load.value.reason is read.value.reason is Reason.REVISION_COMPACTED


async def test_a_namespace_without_a_commit_does_not_exist(store: Store) -> None:
    for call in (store.load("none"), store.read("none", Revision(0), 1), store.compact("none", Revision(0))):
        with pytest.raises(NotFound) as refusal:
            await call
        assert refusal.value.reason is Reason.NAMESPACE_NOT_FOUND
        assert refusal.value.metadata["namespace"] == "none"
    assert await store.head("none") is None
    assert list(await store.read_back("none", Revision(5), 5)) == []
    assert list(await store.versions("none", setting("a"), None, 5)) == []
    assert await store.find_request("none", "r") is None

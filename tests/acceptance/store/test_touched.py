"""The part of a state that a stretch of the log is about."""

from itertools import combinations_with_replacement

import pytest

from tests.acceptance.store.drafts import NAMESPACE, Drafts, delete, put, setting
from tests.acceptance.store.model import Model, same_image
from vexil.core.change import Put
from vexil.core.errors import NotFound, OutOfRange, Reason
from vexil.core.resource import Deleted, Environment, Kind, ResourceId, Revision, Version
from vexil.core.setting import Segment
from vexil.server.stores.port import Store

LENGTH = 9


def environment(name: str, parent: str | None = None) -> Put:
    return Put(ResourceId(Kind.ENVIRONMENT, "", name), Environment(parent))


@pytest.fixture
async def model(store: Store) -> Model:
    """Nine commits, in the store and in the model: in two environments, and of two kinds with one key."""
    drafts, model = Drafts(), Model(NAMESPACE)
    segment = Put(ResourceId(Kind.SEGMENT, "prod", "a"), Segment())
    model.commits += [
        drafts.next(environment("base"), put("a", "1", "base"), put("b", "1", "base"), put("c")),
        drafts.next(environment("prod", "base"), put("a", "2"), segment),
        drafts.next(delete("a")),
        drafts.next(put("b", "2")),
        drafts.next(),
        drafts.next(put("b", "3", "base"), put("new")),
        drafts.next(delete("b")),
        drafts.next(put("a", "4")),
        drafts.next(delete("new"), environment("prod")),
    ]
    for commit in model.commits:
        await store.append(commit)
    return model


async def test_is_what_has_a_kind_and_key_that_was_written_later_in_any_environment(
    store: Store, model: Model
) -> None:
    image = await store.load_touched(NAMESPACE, Revision(4), Revision(6))
    assert {state.id: state.version for state in image.states} == {
        ResourceId(Kind.ENVIRONMENT, "", "base"): 1,
        ResourceId(Kind.ENVIRONMENT, "", "prod"): 1,
        setting("b", "base"): 1,
        setting("b"): 1,
    }
    assert list(image.deleted) == []
    assert image.revision == 4


async def test_has_the_last_trace_of_what_was_deleted_before(store: Store, model: Model) -> None:
    image = await store.load_touched(NAMESPACE, Revision(7), Revision(8))
    assert list(image.deleted) == [Deleted(setting("a"), Version(2), Revision(3))]
    assert {state.id for state in image.states if state.id.kind is Kind.SETTING} == {setting("a", "base")}


async def test_of_no_commit_at_all_is_the_environments(store: Store, model: Model) -> None:
    image = await store.load_touched(NAMESPACE, Revision(9), Revision(9))
    assert {state.id.key: state.version for state in image.states} == {"base": 1, "prod": 2}


@pytest.mark.parametrize("compacted", [0, 3, 8])
async def test_agrees_with_the_model_wherever_it_is_kept(store: Store, model: Model, compacted: int) -> None:
    await store.compact(NAMESPACE, Revision(compacted))
    for at, until in combinations_with_replacement(range(compacted, LENGTH + 1), 2):
        image = await store.load_touched(NAMESPACE, Revision(at), Revision(until))
        assert same_image(image, model.touched(at, until))


async def test_refuses_what_is_not_kept_and_what_does_not_exist_yet(store: Store, model: Model) -> None:
    await store.compact(NAMESPACE, Revision(4))
    for at, until, reason in [
        (3, 9, Reason.REVISION_COMPACTED),
        (4, 10, Reason.REVISION_IN_FUTURE),
        (10, 10, Reason.REVISION_IN_FUTURE),
    ]:
        with pytest.raises(OutOfRange) as refusal:
            await store.load_touched(NAMESPACE, Revision(at), Revision(until))
        assert refusal.value.reason is reason
    with pytest.raises(NotFound):
        await store.load_touched("none", Revision(0), Revision(0))

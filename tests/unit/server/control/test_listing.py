"""Reading one resource, and listing them in order."""

import pytest

from tests.support.backend import Backend, put
from vexil.core.change import Put
from vexil.core.errors import InvalidRequest, NotFound, Reason
from vexil.core.evaluation import ErrorCode, EvaluationReason, expect
from vexil.core.resource import Kind, ResourceId
from vexil.core.selector import EVERYTHING, Selector
from vexil.core.setting import Segment
from vexil.core.snapshot import Place
from vexil.core.value import ValueType
from vexil.server.control.listing import listing, setting_keys
from vexil.server.control.namespaces import environments
from vexil.server.control.reads import get


@pytest.fixture
async def filled(shop: Backend) -> Backend:
    await shop.commit(
        put("b", "1", "base"),
        put("a", "2", tags=["ui"]),
        put("a.b", "3"),
        Put(ResourceId(Kind.SEGMENT, "prod", "a"), Segment(included=("x",))),
    )
    return shop


def names(
    shop: Backend, environment: str = "prod", selector: Selector = EVERYTHING, after: Place | None = None
) -> list[str]:
    snapshot = shop.directory.snapshot("shop")
    return [
        f"{state.id.kind.name.lower()}:{state.id.key}"
        for state in listing(snapshot, environment, selector, after)
    ]


def test_listing_is_by_kind_and_key_with_what_is_inherited(filled: Backend) -> None:
    assert names(filled) == ["setting:a", "setting:a.b", "setting:b", "segment:a"]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        (Selector(kind=Kind.SEGMENT), ["segment:a"]),
        (Selector(key="a"), ["setting:a", "segment:a"]),
        (Selector(kind=Kind.SETTING, prefix="a"), ["setting:a", "setting:a.b"]),
        (Selector(tag="ui"), ["setting:a"]),
    ],
)
def test_listing_is_of_what_is_selected(filled: Backend, selector: Selector, expected: list[str]) -> None:
    assert names(filled, selector=selector) == expected


def test_listing_goes_on_after_any_place(filled: Backend) -> None:
    assert names(filled, after=(Kind.SETTING, "a.b")) == ["setting:b", "segment:a"]
    assert names(filled, after=(Kind.SETTING, "aa")) == ["setting:b", "segment:a"]
    assert names(filled, after=(Kind.SETTING, "z")) == ["segment:a"]


def test_what_belongs_to_no_environment_is_listed_by_itself(filled: Backend) -> None:
    assert names(filled, "") == ["namespace:shop", "environment:base", "environment:prod", "environment:qa"]
    assert names(filled, "", after=(Kind.ENVIRONMENT, "base")) == ["environment:prod", "environment:qa"]


def test_kind_and_environment_have_to_fit(filled: Backend) -> None:
    with pytest.raises(InvalidRequest):
        names(filled, "", Selector(kind=Kind.SETTING))
    with pytest.raises(InvalidRequest):
        names(filled, "prod", Selector(kind=Kind.ENVIRONMENT))
    with pytest.raises(NotFound):
        names(filled, "nowhere")


def test_one_resource_says_where_it_comes_from(filled: Backend) -> None:
    snapshot = filled.directory.snapshot("shop")
    assert get(snapshot, "prod", Kind.SETTING, "b").id.environment == "base"
    assert get(snapshot, "", Kind.ENVIRONMENT, "prod").id.key == "prod"
    with pytest.raises(NotFound) as raised:
        get(snapshot, "prod", Kind.SETTING, "nothing")
    assert raised.value.reason is Reason.CONFIGURATION_NOT_FOUND


def test_setting_keys_leave_other_kinds_out(filled: Backend) -> None:
    assert list(setting_keys(filled.view(), Selector(kind=Kind.SEGMENT, prefix="a"))) == ["a", "a.b"]


def test_value_of_another_type_is_a_mismatch(filled: Backend) -> None:
    evaluation = filled.view().evaluate("a")
    assert expect(evaluation, ValueType.STRING) is evaluation
    mismatch = expect(evaluation, ValueType.BOOL)
    assert (mismatch.value, mismatch.reason) == (None, EvaluationReason.ERROR)
    assert mismatch.error_code is ErrorCode.TYPE_MISMATCH


def test_environments_are_counted_with_and_without_what_they_inherit(filled: Backend) -> None:
    summaries = {each.state.id.key: each for each in environments(filled.directory.snapshot("shop"))}
    assert list(summaries) == ["base", "prod", "qa"]
    assert summaries["prod"].chain == ("prod", "base")
    assert (summaries["prod"].own_count, summaries["prod"].effective_count) == (3, 4)
    assert (summaries["qa"].own_count, summaries["qa"].effective_count) == (0, 1)

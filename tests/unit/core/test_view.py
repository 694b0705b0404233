"""Views: what requests read."""

from tests.unit.core.making import flag, state_of, view_of
from vexil.core.connect import FlowTemplate
from vexil.core.evaluation import ErrorCode, EvaluationReason
from vexil.core.resource import Deleted, Kind, ResourceId, Revision, Version
from vexil.core.setting import Segment, Setting
from vexil.core.value import Value
from vexil.core.view import PlainEntry, View

ONE, TWO = (Setting(value=Value.of_int(number)) for number in (1, 2))


def deleted(key: str, kind: Kind = Kind.SETTING) -> Deleted:
    return Deleted(ResourceId(kind, "prod", key), Version(2), Revision(2))


def test_evaluate_without_a_context_is_for_nobody_in_particular() -> None:
    assert view_of({"limit": ONE}).evaluate("limit").value == 1


def test_evaluate_of_a_key_that_is_not_there_is_an_outcome() -> None:
    found = view_of({}).evaluate("nowhere")

    assert (found.reason, found.error_code) == (EvaluationReason.ERROR, ErrorCode.FLAG_NOT_FOUND)
    assert found.error_message == "environment 'prod' has no setting 'nowhere'"


def test_view_holds_kinds_of_the_same_key_apart() -> None:
    view = view_of({"a": ONE}).apply(
        Revision(2), [state_of("a", Segment()), state_of("a", FlowTemplate("{}"))]
    )

    assert len(view) == 3
    assert view.evaluate("a").value == 1
    assert isinstance(view.get(Kind.FLOW_TEMPLATE, "a"), PlainEntry)
    assert view.get(Kind.ROUTING_RULE, "a") is None


def test_apply_leaves_the_view_before_as_it_was() -> None:
    before = view_of({"a": ONE, "b": ONE})
    after = before.apply(Revision(2), [state_of("a", TWO), deleted("b")])

    assert (before.revision, before.evaluate("a").value, len(before)) == (1, 1, 2)
    assert (after.revision, after.evaluate("a").value, len(after)) == (2, 2, 1)


def test_apply_shares_what_did_not_change() -> None:
    before = view_of({"a": ONE, "b": flag()})
    after = before.apply(Revision(2), [state_of("a", TWO)])

    assert after.settings["b"] is before.settings["b"]


def test_apply_of_a_deletion_that_is_known_already_changes_nothing() -> None:
    view = view_of({"a": ONE}).apply(Revision(2), [deleted("b"), deleted("a", Kind.SEGMENT)])

    assert [state.id.key for state in view.states()] == ["a"]


def test_sorted_keys_are_in_the_order_of_code_points() -> None:
    view = view_of(dict.fromkeys(["b", "a/2", "B", "a", "a.1", "10", "9"], ONE))

    assert view.sorted_keys(Kind.SETTING) == ("10", "9", "B", "a", "a.1", "a/2", "b")
    assert view.sorted_keys(Kind.SEGMENT) == ()


def test_sorted_keys_are_kept_while_no_key_comes_or_goes() -> None:
    view = view_of({"a": ONE, "b": ONE})
    keys = view.sorted_keys(Kind.SETTING)
    changed = view.apply(Revision(2), [state_of("a", TWO), deleted("nowhere")])

    assert changed.sorted_keys(Kind.SETTING) is keys
    assert changed.at(Revision(3)).sorted_keys(Kind.SETTING) is keys
    assert changed.apply(Revision(3), [state_of("c", ONE)]).sorted_keys(Kind.SETTING) == ("a", "b", "c")
    assert changed.apply(Revision(3), [deleted("a")]).sorted_keys(Kind.SETTING) == ("b",)
    assert view.sorted_keys(Kind.SETTING) is keys


def test_at_is_the_same_state_later() -> None:
    view = view_of({"a": ONE})
    later = view.at(Revision(5))

    assert (later.revision, later.by_kind) == (5, view.by_kind)


def test_empty_view_has_no_settings_and_no_segments() -> None:
    view = View("shop", "prod")

    assert (view.revision, len(view), dict(view.settings), dict(view.segments)) == (0, 0, {}, {})


def test_derived_is_made_once_and_kept_while_no_entry_of_the_kind_changes() -> None:
    view = view_of({"a": ONE})
    names = view.derived(Kind.SETTING, list)
    after = view.apply(Revision(2), [state_of("b", Segment())])

    assert names == ["a"]
    assert view.derived(Kind.SETTING, list) is names
    assert view.at(Revision(2)).derived(Kind.SETTING, list) is names
    assert after.derived(Kind.SETTING, list) is names
    assert view.derived(Kind.SETTING, len) == 1
    assert view.derived(Kind.SEGMENT, list) == []


def test_derived_is_made_anew_when_an_entry_of_the_kind_changes() -> None:
    view = view_of({"a": ONE})
    names = view.derived(Kind.SETTING, list)

    assert view.apply(Revision(2), [state_of("a", TWO)]).derived(Kind.SETTING, list) is not names
    assert view.apply(Revision(2), [deleted("a")]).derived(Kind.SETTING, list) == []
    assert view.derived(Kind.SETTING, list) is names

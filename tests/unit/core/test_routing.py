"""Routing: which rule of a routing key decides, why, and why others did not."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.contacts import ARN, of, queue, rule
from tests.unit.core.making import state_of, view_of
from vexil.core.connect import (
    RoutingActions,
    RoutingCondition,
    RoutingOperator,
    RoutingRule,
)
from vexil.core.errors import NotFound, Reason
from vexil.core.flows.conditions import SkipReason, compile_condition, describe
from vexil.core.flows.contact import NOBODY, Contact
from vexil.core.flows.omission import Omission, OmissionReason
from vexil.core.flows.routing import find_route, route_contact
from vexil.core.resource import Deleted, Kind, Resource, ResourceId, Revision, Version
from vexil.core.validation import check_put
from vexil.core.view import View

Op = RoutingOperator


def tried(operator: Op, *values: str, **attributes: str) -> SkipReason | None:
    return compile_condition(RoutingCondition("tier", operator, values))(attributes)


@pytest.mark.parametrize(
    ("operator", "values", "text", "holds"),
    [
        (Op.EQUALS, ["gold", "vip"], "vip", True),
        (Op.EQUALS, ["gold"], "Gold", False),
        (Op.EQUALS, ["gold"], "gold ", False),
        (Op.EQUALS, [""], "", True),
        (Op.EQUALS, ["é"], "e\u0301", False),
        (Op.NOT_EQUALS, ["gold", "vip"], "basic", True),
        (Op.NOT_EQUALS, ["gold", "vip"], "vip", False),
        (Op.CONTAINS, ["old", "x"], "gold", True),
        (Op.CONTAINS, ["👩‍👧"], "family 👩‍👧", True),
        (Op.CONTAINS, ["silver"], "gold", False),
        (Op.STARTS_WITH, ["+49", "+43"], "+4312345", True),
        (Op.STARTS_WITH, ["+49"], "0049", False),
        (Op.ENDS_WITH, ["שלום"], "אומר שלום", True),
        (Op.ENDS_WITH, ["x"], "", False),
        (Op.LESS_THAN, ["10"], "9.99", True),
        (Op.LESS_THAN, ["10"], "10.0", False),
        (Op.LESS_THAN, ["3", "10"], "5", True),
        (Op.LESS_THAN_OR_EQUAL, ["10"], "1e1", True),
        (Op.GREATER_THAN, ["3", "10"], "5", True),
        (Op.GREATER_THAN, ["-2.5"], "-2.4", True),
        (Op.GREATER_THAN, ["10"], "9", False),
        (Op.GREATER_THAN_OR_EQUAL, ["0.3"], "0.30", True),
        (Op.GREATER_THAN, ["9007199254740992"], "9007199254740993", True),
        (Op.GREATER_THAN, ["1e-9999999999999999999"], "0", False),
        (Op.EXISTS, [], "x", True),
        (Op.EXISTS, [], "", False),
        (Op.ALWAYS, [], "x", True),
    ],
)
def test_condition_compares_the_attribute(operator: Op, values: list[str], text: str, holds: bool) -> None:
    assert tried(operator, *values, tier=text) is (None if holds else SkipReason.NOT_MATCHED)


@pytest.mark.parametrize("operator", Op)
def test_missing_attribute_fails_all_but_always_and_not_equals(operator: Op) -> None:
    values = [] if operator in (Op.EXISTS, Op.ALWAYS) else ["1"]
    expected = None if operator in (Op.ALWAYS, Op.NOT_EQUALS) else SkipReason.ATTRIBUTE_MISSING
    assert tried(operator, *values, other="1") is expected


@pytest.mark.parametrize(
    "text", ["", "ten", "1,5", " 5", "٥", "nan", "inf", "0x10", "1_000", "1" * 101, "1e9999999"]
)
def test_text_that_is_no_number_is_told_apart(text: str) -> None:
    assert tried(Op.LESS_THAN, "10", tier=text) is SkipReason.NOT_A_NUMBER


@given(st.text(), st.sampled_from(Op), st.lists(st.text(max_size=5), min_size=1, max_size=3))
def test_condition_that_validation_accepts_answers_every_text(
    text: str, operator: Op, values: list[str]
) -> None:
    condition = RoutingCondition("tier", operator, tuple(values))
    resource = RoutingRule(1, condition, RoutingActions())
    if any(check_put(ResourceId(Kind.ROUTING_RULE, "prod", "a/b"), resource)):
        return
    assert compile_condition(condition)({"tier": text}) in (
        None,
        SkipReason.NOT_MATCHED,
        SkipReason.NOT_A_NUMBER,
    )


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (RoutingCondition("tier", Op.EQUALS, ("gold", 'a "b"')), 'tier is "gold" or "a \\"b\\""'),
        (RoutingCondition("age", Op.GREATER_THAN_OR_EQUAL, ("18",)), 'age is at least "18"'),
        (RoutingCondition("tier", Op.EXISTS), "tier is there and not empty"),
        (RoutingCondition("*", Op.ALWAYS), "always"),
        (
            RoutingCondition("tier", Op.CONTAINS, ("x" * 41, *"abcdef")),
            f'tier contains "{"x" * 40}…" or "a" or "b" or "c" or "d" or 2 more',
        ),
    ],
)
def test_condition_is_described_for_people(condition: RoutingCondition, words: str) -> None:
    assert describe(condition) == words


def test_rules_are_tried_by_priority_then_by_condition_id_and_the_first_that_matches_decides() -> None:
    view = view_of(
        {
            "main/late": rule(priority=20, target_queue=ARN),
            "main/b": rule(Op.EQUALS, "gold", priority=10, routing_profile="b"),
            "main/a": rule(Op.EQUALS, "gold", priority=10, routing_profile="a"),
            "main/first": rule(Op.EXISTS, attribute="vip", priority=0),
            "main/off": rule(priority=1, active=False),
            "main/number": rule(Op.LESS_THAN, "5", priority=2),
            "main2/x": rule(priority=0),
            "main": rule(priority=0),
        }
    )
    decision = route_contact(view, "main", of(tier="gold"))

    assert (decision.rule_key, decision.priority) == ("main/a", 10)
    assert decision.reason == 'tier is "gold"'
    assert decision.actions is not None
    assert decision.actions.routing_profile == "a"
    assert [(each.rule_key, each.priority, each.reason) for each in decision.skipped] == [
        ("main/first", 0, SkipReason.ATTRIBUTE_MISSING),
        ("main/off", 1, SkipReason.DISABLED),
        ("main/number", 2, SkipReason.NOT_A_NUMBER),
    ]
    assert [each.detail for each in decision.skipped] == [
        "the contact has no attribute vip",
        "the rule is not active",
        "the contact's tier is not a number",
    ]


def test_no_rule_that_matches_is_an_outcome() -> None:
    decision = route_contact(view_of({"main/a": rule(Op.EQUALS, "gold")}), "main", of(tier="basic"))

    assert (decision.rule_key, decision.actions) == ("", None)
    assert [each.detail for each in decision.skipped] == ['it does not hold that tier is "gold"']


@pytest.mark.parametrize("routing_key", ["other", "mai", "main/a", "main/", ""])
def test_routing_key_without_a_rule_is_not_found(routing_key: str) -> None:
    view = view_of({"main/a/deep": rule(), "main/b": rule()})
    with pytest.raises(NotFound) as raised:
        route_contact(view, routing_key, NOBODY)
    assert raised.value.reason is Reason.CONFIGURATION_NOT_FOUND
    assert raised.value.metadata == {"key": routing_key, "environment": "prod"}


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=8, alphabet="0123456789abcdef")))
def test_values_of_the_contact_are_in_no_text(attributes: Mapping[str, str]) -> None:
    view = view_of({f"main/{operator.value}": rule(operator, "5") for operator in Op})
    decision = route_contact(view, "main", Contact("someone-in-particular", attributes))
    said = [decision.reason, *(each.detail for each in decision.skipped)]
    assert not any(value in text for value in [*attributes.values(), "particular"] for text in said)


@pytest.mark.parametrize(
    ("name", "queues", "found", "omission"),
    [
        ("support", {"support": queue()}, "support", None),
        ("support", {}, None, ("queue/support", OmissionReason.NOT_FOUND)),
        ("support", {"support": queue(active=False)}, None, ("queue/support", OmissionReason.DISABLED)),
        (ARN, {"b": queue(), "a": queue(active=False), "c": queue()}, "b", None),
        (ARN, {"a": queue(active=False)}, None, ("queue/a", OmissionReason.DISABLED)),
        (ARN, {"a": queue(ARN + "2")}, None, None),
        ("", {}, None, None),
        (None, {}, None, None),
    ],
)
def test_queues_are_found_by_key_or_by_arn(
    name: str | None,
    queues: Mapping[str, Resource],
    found: str | None,
    omission: tuple[str, OmissionReason] | None,
) -> None:
    view = view_of({**queues, "main/a": rule(target_queue=name, callback_queue=name)})
    decision = route_contact(view, "main", NOBODY)

    for each in (decision.target_queue, decision.callback_queue):
        assert (None if each is None else each.key) == found
    assert decision.omissions == (() if omission is None else (Omission(*omission),))


def test_change_of_a_rule_or_a_queue_is_seen_and_views_before_stay() -> None:
    before = view_of({"main/a": rule(target_queue=ARN), "q": queue(), "main/b": rule(priority=2)})
    assert route_contact(before, "main", NOBODY).rule_key == "main/a"

    moved = before.apply(Revision(2), [state_of("main/b", rule(priority=0))])
    gone = before.apply(
        Revision(2), [Deleted(ResourceId(Kind.ROUTING_RULE, "prod", "main/a"), Version(2), Revision(2))]
    )
    off = before.apply(Revision(2), [state_of("q", queue(active=False))])

    assert route_contact(moved, "main", NOBODY).rule_key == "main/b"
    assert route_contact(gone, "main", NOBODY).rule_key == "main/b"
    assert route_contact(off, "main", NOBODY).omissions == (Omission("queue/q", OmissionReason.DISABLED),)
    assert route_contact(before, "main", NOBODY).rule_key == "main/a"
    assert route_contact(before, "main", NOBODY).omissions == ()


def test_rules_are_compiled_once_while_none_changes() -> None:
    view = view_of({"main/a": rule()})
    route = find_route(view, "main")

    assert find_route(view.apply(Revision(2), [state_of("q", queue())]), "main") is route
    assert find_route(view.at(Revision(3)), "main") is route
    assert find_route(view.apply(Revision(2), [state_of("other/a", rule())]), "main") is not route


def test_rules_of_one_key_are_found_without_looking_at_those_of_others() -> None:
    class Counting(dict[str, Any]):
        asked = 0

        def get(self, key: str, default: Any = None) -> Any:
            self.asked += 1
            return super().get(key, default)

    states = {f"k{number}/a": rule() for number in range(5000)}
    plain = view_of(states)
    entries = Counting(plain.by_kind[Kind.ROUTING_RULE])
    view = View("shop", "prod", Revision(1), {Kind.ROUTING_RULE: entries})  # type: ignore[dict-item]

    assert find_route(view, "k77") is not None
    assert find_route(view, "nothing") is None
    assert entries.asked == 1

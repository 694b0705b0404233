"""Laws of the flow language: any text is taken, findings point somewhere, what is broken is found."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.strategies import json_values
from tests.unit.core.flows.pointing import resolve
from vexil.core.flows.language import FlowFindingCode, read_flow, validate
from vexil.core.flows.language.actions import ACTION_TYPES
from vexil.core.flows.language.conditions import OPERATORS

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "", "a/b~c", "nowhere"])
ANYTHING = json_values()


def _mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(usual, usual, usual, ANYTHING)


CONDITIONS: st.SearchStrategy[Any] = st.deferred(
    lambda: st.fixed_dictionaries(
        {},
        optional={
            "Operator": _mostly(st.sampled_from(sorted(OPERATORS))),
            "Operands": _mostly(st.lists(_mostly(st.one_of(st.text(), CONDITIONS)), max_size=2)),
        },
    )
)
BRANCHES = st.fixed_dictionaries(
    {},
    optional={
        "NextAction": _mostly(NAMES),
        "ErrorType": _mostly(st.sampled_from(["NoMatchingError", "NoMatchingCondition"])),
        "Condition": _mostly(CONDITIONS),
    },
)
TRANSITIONS = st.fixed_dictionaries(
    {},
    optional={
        "NextAction": _mostly(NAMES),
        "Errors": _mostly(st.lists(_mostly(BRANCHES), max_size=3)),
        "Conditions": _mostly(st.lists(_mostly(BRANCHES), max_size=3)),
    },
)
ACTIONS = st.fixed_dictionaries(
    {},
    optional={
        "Identifier": _mostly(NAMES),
        "Type": _mostly(st.sampled_from(sorted(ACTION_TYPES))),
        "Parameters": _mostly(st.dictionaries(st.sampled_from(["Text", "ViewResource"]), ANYTHING)),
        "Transitions": _mostly(TRANSITIONS),
    },
)
FLOWS = st.fixed_dictionaries(
    {},
    optional={
        "Version": _mostly(st.just("2019-10-30")),
        "StartAction": _mostly(NAMES),
        "Metadata": ANYTHING,
        "Actions": _mostly(st.lists(_mostly(ACTIONS), max_size=6)),
    },
)
"""Documents between what is a flow and what is no flow at all."""


@st.composite
def _valid_flows(draw: st.DrawFn) -> dict[str, Any]:
    """Flows in which every action but the last one goes on, each to a later one at least."""
    count = draw(st.integers(2, 8))
    actions = []
    for number in range(count - 1):
        targets = st.integers(0, count - 1).map(str)
        errors = [
            {"NextAction": draw(targets), "ErrorType": name}
            for name in (
                "NoMatchingError",
                *draw(st.lists(st.sampled_from(["Other", "Another"]), max_size=2)),
            )
        ]
        conditions = [
            {"NextAction": draw(targets), "Condition": {"Operator": "Equals", "Operands": [draw(st.text())]}}
            for _ in range(draw(st.integers(0, 2)))
        ]
        actions.append(
            {
                "Identifier": str(number),
                "Type": "ShowView",
                "Parameters": {"ViewResource": {"Id": "view"}},
                "Transitions": {
                    "NextAction": str(number + 1),
                    "Errors": [
                        *errors,
                        {"NextAction": draw(targets), "ErrorType": "NoMatchingCondition"},
                        {"NextAction": draw(targets), "ErrorType": "TimeLimitExceeded"},
                    ],
                    "Conditions": conditions,
                },
            }
        )
    actions.append(
        {"Identifier": str(count - 1), "Type": "EndFlowExecution", "Parameters": {}, "Transitions": {}}
    )
    return {"Version": "2019-10-30", "StartAction": "0", "Actions": actions}


@given(st.text())
def test_any_text_is_answered_with_findings(text: str) -> None:
    findings = validate(text)
    assert any(finding.is_error for finding in findings)
    read_flow(text)


@given(st.one_of(FLOWS, ANYTHING))
def test_findings_of_any_json_point_to_what_is_there(document: Any) -> None:
    content = json.dumps(document)
    findings = validate(content)
    read_flow(content)
    for finding in findings:
        resolve(document, finding.pointer)
        assert finding.message
    assert findings == sorted(findings, key=lambda finding: not finding.is_error)


@given(FLOWS)
def test_identifier_of_a_finding_is_that_of_the_action_it_points_into(document: dict[str, Any]) -> None:
    for finding in validate(json.dumps(document)):
        if finding.action_id:
            _, top, index, *_ = finding.pointer.split("/")
            assert top == "Actions"
            assert document["Actions"][int(index)]["Identifier"] == finding.action_id


@given(_valid_flows(), st.data())
def test_any_broken_transition_is_found_where_it_is(flow: dict[str, Any], data: st.DataObject) -> None:
    assert validate(json.dumps(flow)) == []
    read = read_flow(json.dumps(flow))
    assert read is not None
    places = [transition.place for action in read.actions for transition in action.transitions]
    place = data.draw(st.sampled_from(places))
    broken = copy.deepcopy(flow)
    holder: Any = broken
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = "nowhere"
    found = [
        finding.place
        for finding in validate(json.dumps(broken))
        if finding.code is FlowFindingCode.TRANSITION_NOT_FOUND
    ]
    assert found == [place]


@given(_valid_flows())
def test_order_of_actions_does_not_matter(flow: dict[str, Any]) -> None:
    assert validate(json.dumps({**flow, "Actions": flow["Actions"][::-1]})) == []

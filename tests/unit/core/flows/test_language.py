"""Amazon Connect's flow language: what is a flow, and what is said about what is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.core.flows.mutations import mutations
from tests.unit.core.flows.pointing import resolve
from vexil.core.flows.language import FlowFinding, FlowFindingCode, validate
from vexil.core.flows.language.actions import ACTION_TYPES, Leaves
from vexil.core.flows.language.findings import MAX_FINDINGS, FindingSeverity
from vexil.core.flows.language.parsing import MAX_FLOW_LENGTH

FLOWS = sorted((Path(__file__).parents[3] / "data" / "connect-flows").glob("*.json"))
END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}


def action(kind: str = "MessageParticipant", identifier: str = "start", **members: Any) -> dict[str, Any]:
    """An action that goes on to `end`, unless `members` say otherwise."""
    errors = [{"NextAction": "end", "ErrorType": name} for name in ACTION_TYPES[kind].errors]
    return {
        "Identifier": identifier,
        "Type": kind,
        "Parameters": {"Text": "Hello"} if kind == "MessageParticipant" else {},
        "Transitions": {"NextAction": "end", "Errors": errors},
        **members,
    }


def flow(*actions: dict[str, Any], **members: Any) -> str:
    document = {"Version": "2019-10-30", "StartAction": "start", "Actions": [*actions, END], **members}
    return json.dumps(document)


def only(content: str) -> FlowFinding:
    (finding,) = validate(content)
    return finding


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_flow_is_valid_as_it_is(path: Path) -> None:
    assert validate(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_flow_is_invalid_with_any_one_thing_broken(path: Path) -> None:
    whole = json.loads(path.read_text("utf-8"))
    tried = list(mutations(whole))
    assert len(tried) > 4 * len(whole["Actions"])
    for mutation in tried:
        findings = validate(json.dumps(mutation.flow))
        found = [
            finding.pointer for finding in findings if finding.is_error and finding.code is mutation.code
        ]
        assert found, mutation.what
        assert mutation.pointer is None or mutation.pointer in found, mutation.what
        for finding in findings:
            resolve(mutation.flow, finding.pointer)


def test_flows_have_every_form_of_transition_and_most_types() -> None:
    actions = [action for path in FLOWS for action in json.loads(path.read_text("utf-8"))["Actions"]]
    assert len({action["Type"] for action in actions} & ACTION_TYPES.keys()) > len(ACTION_TYPES) / 2
    assert {name for action in actions for name in action["Transitions"]} == {
        "NextAction",
        "Errors",
        "Conditions",
    }


def test_reference_example_is_valid() -> None:
    """As https://docs.aws.amazon.com/connect/latest/APIReference/flow-language-example.html has it: empty
    lists of errors and conditions."""
    message = action(Transitions={"NextAction": "end", "Errors": [], "Conditions": []})
    finding = only(flow(message, Metadata={"EntryPointPosition": {"x": 88, "y": 100}}))
    assert (finding.severity, finding.code) == (FindingSeverity.WARNING, FlowFindingCode.DEAD_END)
    assert finding.message == "no branch for NoMatchingError: a contact to which that happens is lost"


@pytest.mark.parametrize("known", ACTION_TYPES.values(), ids=ACTION_TYPES)
def test_known_type_with_what_it_needs_is_valid(known: Any) -> None:
    parameters: dict[str, Any] = {}
    for way in (*known.parameters, *(names[0] for names in known.alternatives)):
        owner, *inner = way.split("/")
        if inner:
            parameters.setdefault(owner, {})[inner[0]] = "x"
        else:
            parameters.setdefault(owner, "x")
    ends = known.leaves is Leaves.ALWAYS
    tried = action(known.name, Parameters=parameters)
    if ends:
        tried["Transitions"] = {}
    found = validate(flow(tried))
    assert [finding.code for finding in found if finding.is_error] == (
        [FlowFindingCode.UNREACHABLE_ACTION] if ends else []
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ("{'Version': 1}", "not JSON: Expecting property name enclosed in double quotes"),
        ('{"Version":"2019-10-30","Version":"2019-10-30"}', "the member name 'Version' appears twice"),
        ('{"Actions":' + "[" * 40 + "]" * 40 + "}", "nested deeper than 32 levels"),
        (
            '{"Version":\n  {{version}}}',
            'line 2 column 4 (char 15); a placeholder stands inside quotes, as in "{{',
        ),
        (" " * (MAX_FLOW_LENGTH + 1), "4,194,305 characters are too many; the limit is 4,194,304"),
    ],
    ids=["nothing", "single quotes", "name twice", "deep", "bare placeholder", "long"],
)
def test_text_that_is_no_json_is_one_finding(content: str, message: str) -> None:
    finding = only(content)
    assert (finding.code, finding.pointer, finding.action_id) == (FlowFindingCode.INVALID_JSON, "", "")
    assert message in finding.message


@pytest.mark.parametrize(
    ("content", "pointer", "message"),
    [
        ("[]", "", "a flow is an object, not an array"),
        (flow(END, 7), "/Actions/1", "an action is an object, not a number"),  # type: ignore[arg-type]
        (flow(action(Type=True)), "/Actions/0/Type", '"Type" is text, not a boolean'),
        (flow(action(Identifier="")), "/Actions/0/Identifier", '"Identifier" is empty'),
        (flow(action(Parameters=[])), "/Actions/0/Parameters", '"Parameters" is an object, not an array'),
        (flow(action(Transitions="end")), "/Actions/0/Transitions", '"Transitions" is an object, not text'),
        (
            flow(action(Transitions={"NextAction": "end", "Errors": {}})),
            "/Actions/0/Transitions/Errors",
            '"Errors" is an array, not an object',
        ),
        (
            flow(action(Transitions={"NextAction": "end", "Errors": [None]})),
            "/Actions/0/Transitions/Errors/0",
            'a member of "Errors" is an object, not null',
        ),
        (
            flow(action(Transitions={"NextAction": "end", "Errors": [{"NextAction": "end"}]})),
            "/Actions/0/Transitions/Errors/0",
            '"ErrorType" is missing: text',
        ),
        (
            flow(action("Compare", Transitions={"NextAction": "end", "Conditions": [{"NextAction": "end"}]})),
            "/Actions/0/Transitions/Conditions/0",
            '"Condition" is missing: an object',
        ),
    ],
)
def test_shape_is_checked(content: str, pointer: str, message: str) -> None:
    found = [finding for finding in validate(content) if finding.code is FlowFindingCode.INVALID_STRUCTURE]
    assert (pointer, message) in [(finding.pointer, finding.message) for finding in found if finding.is_error]


def test_other_formats_of_flows_are_told_apart() -> None:
    assert "older export" in only('{"modules":[],"version":"1","start":"a"}').message
    assert 'the text in its "Content"' in only('{"ContactFlow":{"Content":"{}"}}').message


@pytest.mark.parametrize("identifier", ["a:b", "a/b", "{{x}}", "a=b", "toString", "__proto__", "x" * 51])
def test_identifier_that_connect_refuses_is_an_error(identifier: str) -> None:
    finding = only(flow(action(Identifier=identifier), StartAction=identifier))
    assert (finding.code, finding.pointer) == (
        FlowFindingCode.INVALID_STRUCTURE,
        "/Actions/0/Identifier",
    )
    assert finding.action_id == identifier


@pytest.mark.parametrize("identifier", ["Begrüßung 1", "挨拶", "start.1", "x" * 50, "to_string", "it's"])
def test_identifier_is_any_other_text(identifier: str) -> None:
    assert validate(flow(action(Identifier=identifier), StartAction=identifier)) == []


def test_transition_that_differs_in_case_or_spaces_is_told_the_identifier() -> None:
    finding = only(
        flow(action(Transitions={"NextAction": "END ", "Errors": action()["Transitions"]["Errors"]}))
    )
    assert finding.message == 'no action has the identifier "END "; "end" is one'


def test_start_action_that_is_not_there_hides_no_other_finding() -> None:
    broken = action(Transitions={"NextAction": "nowhere"})
    codes = [finding.code for finding in validate(flow(broken, StartAction="begin")) if finding.is_error]
    assert codes == [FlowFindingCode.TRANSITION_NOT_FOUND, FlowFindingCode.START_ACTION_NOT_FOUND]


def test_loop_alone_is_reachable_only_from_outside() -> None:
    """Two actions that lead to each other don't make each other reachable."""
    islands = [
        action(identifier=one, Transitions={**action()["Transitions"], "NextAction": other})
        for one, other in (("a", "b"), ("b", "a"))
    ]
    found = validate(flow(action(), *islands))
    assert [(finding.code, finding.action_id) for finding in found] == [
        (FlowFindingCode.UNREACHABLE_ACTION, "a"),
        (FlowFindingCode.UNREACHABLE_ACTION, "b"),
    ]


def test_way_out_of_an_action_that_ends_the_flow_is_never_taken() -> None:
    start = action("DisconnectParticipant", Transitions={"NextAction": "end"})
    found = validate(flow(start))
    assert [(finding.code, finding.pointer, finding.is_error) for finding in found] == [
        (FlowFindingCode.UNREACHABLE_ACTION, "/Actions/1", True),
        (FlowFindingCode.INVALID_STRUCTURE, "/Actions/0/Transitions", False),
    ]


def test_action_needs_a_next_action_even_if_its_conditions_cover_everything() -> None:
    """The reference says that it must be specified, and Amazon Connect insists."""
    equals = {"NextAction": "end", "Condition": {"Operator": "Equals", "Operands": ["1"]}}
    rest = {"NextAction": "end", "ErrorType": "NoMatchingCondition"}
    compare = action("Compare", Parameters={"ComparisonValue": "$.Attributes.a"})
    compare["Transitions"] = {"Conditions": [equals], "Errors": [rest]}
    finding = only(flow(compare))
    assert (finding.code, finding.pointer) == (FlowFindingCode.DEAD_END, "/Actions/0/Transitions")
    assert finding.message == 'Compare does not end a flow, and nothing follows it: it needs a "NextAction"'


def test_transfer_may_be_the_last_action() -> None:
    """The contact leaves the flow; what follows is for failures."""
    errors = [{"NextAction": "end", "ErrorType": name} for name in ("QueueAtCapacity", "NoMatchingError")]
    assert validate(flow(action("TransferContactToQueue", Transitions={"Errors": errors}))) == []


def test_music_may_play_until_the_contact_is_fetched() -> None:
    """As Amazon Connect's own customer queue flow has it."""
    music = action("MessageParticipantIteratively", Parameters={"Messages": [{"PromptId": "music"}]})
    music["Transitions"] = {"Errors": [], "Conditions": []}
    document = {"Version": "2019-10-30", "StartAction": "start", "Actions": [music]}
    assert [finding.is_error for finding in validate(json.dumps(document))] == [False]


def test_unknown_type_is_a_warning_and_its_transitions_are_checked() -> None:
    start = action(Type="PredictTheFuture", Parameters={}, Transitions={"NextAction": "nowhere"})
    found = validate(flow(start))
    assert [(finding.code, finding.is_error) for finding in found] == [
        (FlowFindingCode.TRANSITION_NOT_FOUND, True),
        (FlowFindingCode.UNREACHABLE_ACTION, True),
        (FlowFindingCode.UNKNOWN_ACTION_TYPE, False),
    ]
    assert found[-1].pointer == "/Actions/0/Type"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, 'InvokeLambdaFunction needs the parameter "LambdaFunctionARN"'),
        ({"LambdaFunctionARN": ""}, 'InvokeLambdaFunction needs the parameter "LambdaFunctionARN"'),
        ({"lambdaFunctionARN": "x"}, 'InvokeLambdaFunction needs the parameter "LambdaFunctionARN"'),
    ],
)
def test_parameter_that_a_type_needs_is_named(parameters: dict[str, Any], message: str) -> None:
    finding = only(flow(action("InvokeLambdaFunction", Parameters=parameters)))
    assert (finding.code, finding.message) == (FlowFindingCode.MISSING_PARAMETER, message)


def test_one_of_several_parameters_is_enough() -> None:
    assert validate(flow(action(Parameters={"PromptId": "x"}))) == []
    finding = only(flow(action(Parameters={"Language": "de"})))
    assert finding.message == "MessageParticipant needs one of the parameters Text, SSML, PromptId, Media"


def test_condition_that_never_holds_is_a_warning() -> None:
    condition = {"NextAction": "end", "Condition": {"Operator": "Equals", "Operands": ["1"]}}
    finding = only(flow(action(Transitions={**action()["Transitions"], "Conditions": [condition]})))
    assert not finding.is_error
    assert finding.message == "MessageParticipant has no result to compare: its conditions never hold"


@pytest.mark.parametrize(
    ("condition", "pointer", "is_error"),
    [
        ({"Operator": "Equals"}, "", True),
        ({"Operator": "Equals", "Operands": []}, "/Operands", True),
        ({"Operator": "Equals", "Operands": "1"}, "/Operands", True),
        ({"Operands": ["1"]}, "", True),
        ({"Operator": 1, "Operands": ["1"]}, "/Operator", True),
        ({"Operator": "Resembles", "Operands": ["1"]}, "/Operator", False),
        ({"Operator": "Equals", "Operands": [1]}, "/Operands/0", False),
        ({"Operator": "Equals", "Operands": [{"Operator": "Equals"}]}, "/Operands/0", True),
    ],
)
def test_condition_is_checked(condition: dict[str, Any], pointer: str, is_error: bool) -> None:
    compare = action("Compare", Parameters={"ComparisonValue": "$.Attributes.a"})
    compare["Transitions"]["Conditions"] = [{"NextAction": "end", "Condition": condition}]
    finding = only(flow(compare))
    assert finding.pointer == f"/Actions/0/Transitions/Conditions/0/Condition{pointer}"
    assert finding.is_error is is_error


def test_limits_of_connect_are_warnings() -> None:
    chain = [
        action(
            identifier="start" if number == 0 else f"{number}",
            Transitions={**action()["Transitions"], "NextAction": f"{number + 1}" if number < 249 else "end"},
        )
        for number in range(250)
    ]
    finding = only(flow(*chain))
    assert (finding.pointer, finding.is_error) == ("/Actions", False)
    assert finding.message == "251 actions; Amazon Connect allows 250 in a flow"
    long = only(flow(action(), Metadata={"description": "x" * 256_000}))
    assert (long.pointer, long.is_error) == ("", False)


def test_errors_come_first_and_there_is_an_end_to_them() -> None:
    count = 3000
    broken = [
        action(identifier=f"{number}", Type="New", Transitions={"NextAction": "nowhere"})
        for number in range(count)
    ]
    found = validate(flow(*broken, StartAction="0"))
    assert len(found) == MAX_FINDINGS
    assert all(finding.is_error for finding in found)
    assert [finding.pointer for finding in found[:3]] == [
        "/Actions/0/Transitions/NextAction",
        "/Actions/1",
        "/Actions/1/Transitions/NextAction",
    ]


def test_five_thousand_actions_are_read_once() -> None:
    """Whatever grew faster than the flow would not end within the time that a test has."""
    chain = [
        action(
            identifier="start" if number == 0 else f"{number}",
            Transitions={
                **action()["Transitions"],
                "NextAction": f"{number + 1}" if number < 4999 else "end",
            },
        )
        for number in range(5000)
    ]
    assert [finding.is_error for finding in validate(flow(*chain))] == [False, False]

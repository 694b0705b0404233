"""Contact flows as text that Mermaid or Graphviz draws."""

import json
from typing import Any

from vexil.core.flows.language import Flow, read_flow
from vexil.server.cli.render.graphs import dot, mermaid


def flow(start: object, *actions: dict[str, Any]) -> Flow:
    read = read_flow(json.dumps({"Version": "2019-10-30", "StartAction": start, "Actions": actions}))
    assert read is not None
    return read


def branch(target: str, kind: str) -> dict[str, str]:
    return {"NextAction": target, "ErrorType": kind}


def when(target: str, operand: str) -> dict[str, Any]:
    return {"NextAction": target, "Condition": {"Operator": "Equals", "Operands": [operand]}}


MENU = flow(
    "ask",
    {
        "Identifier": "ask",
        "Type": "GetParticipantInput",
        "Transitions": {
            "NextAction": "end",
            "Conditions": [when("ask", "1"), when("ask", "2"), when("end", "3"), when("gone", "4")],
            "Errors": [branch("ask", "InputTimeLimitExceeded")],
        },
    },
    {"Identifier": "end", "Type": "DisconnectParticipant", "Transitions": {}},
)


def test_flow_is_drawn_by_mermaid() -> None:
    assert list(mermaid(MENU)) == [
        "flowchart TD",
        "  start((start))",
        '  a0["ask<br/>GetParticipantInput"]',
        '  a1(["end<br/>DisconnectParticipant"])',
        "  start --> a0",
        '  a0 -->|"Equals 1, Equals 2, InputTimeLimitExceeded"| a0',
        "  a0 --> a1",
    ]


def test_flow_is_drawn_by_graphviz() -> None:
    assert list(dot(MENU)) == [
        "digraph flow {",
        '  node [shape=box, fontname="sans-serif"]',
        '  edge [fontname="sans-serif", fontsize=10]',
        "  start [shape=circle]",
        '  a0 [label="ask\\nGetParticipantInput"]',
        '  a1 [label="end\\nDisconnectParticipant", style=rounded]',
        "  start -> a0",
        '  a0 -> a0 [label="Equals 1, Equals 2, InputTimeLimitExceeded"]',
        "  a0 -> a1",
        "}",
    ]


def test_text_of_a_flow_can_not_steer_the_drawing() -> None:
    odd = flow("x", {"Identifier": 'x"]\n<b>|end\\', "Type": "-->", "Transitions": {"Conditions": []}})
    assert list(mermaid(odd))[2] == '  a0["x#34;#93;#10;#60;b#62;#124;end#92;<br/>--#62;"]'
    assert list(dot(odd))[4] == '  a0 [label="x\\"] <b>|end\\\\\\n-->"]'


def test_broken_flow_is_drawn_as_far_as_it_goes() -> None:
    twice = flow(None, {"Type": "Loop"}, {"Identifier": "a"}, {"Identifier": "a", "Type": "Wait"})
    assert list(mermaid(twice)) == ["flowchart TD", "  start((start))", '  a1["a<br/>"]']

"""`vexil connect` against a server with the example's contact centre."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli import Cli
from tests.support.contact_centre import CALLER_NUMBER, event
from tests.support.server import server_process

EXAMPLE = Path(__file__).parents[2] / "examples" / "contact-centre"
FLOWS = EXAMPLE / "flows"
QUEUE_ARN = (
    "arn:aws:connect:eu-central-1:210987654321:instance/22222222-0000-4000-8000-000000000002"
    "/queue/22222222-0000-4000-8000-0000000000b1"
)
NOWHERE = "127.0.0.1:1"
PATIENT = {"VEXIL_BUDGET_MS": "60000", "VEXIL_ATTEMPT_MS": "30000", "VEXIL_HEDGE_MS": "20000"}
"""The machine may be busy: this is not about time."""


@pytest.fixture(scope="module")
def centre_target() -> Iterator[str]:
    with server_process() as server:
        yield server.target


@pytest.fixture(scope="module")
def centre(centre_target: str, tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """The example's contact centre, whose flow has two versions."""
    directory = tmp_path_factory.mktemp("centre")
    cli = Cli(centre_target, directory, "contact-centre", variables=PATIENT)
    cli("apply", "-f", str(EXAMPLE / "manifests"))
    base = (EXAMPLE / "manifests" / "base.yaml").read_text("utf-8")
    changed = directory / "base.yaml"
    changed.write_text(base.replace("Welcome to the shop!", "Good morning!"), "utf-8")
    cli("apply", "-f", str(changed))
    return cli


@pytest.fixture
def event_file(tmp_path: Path) -> Path:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event({"customer_class": "platinum"}, operation="route", routingKey="main")))
    return path


def test_flows_are_listed_and_shown(centre: Cli) -> None:
    heading, line = centre("connect", "flow", "list").out.splitlines()
    assert heading.split() == ["FLOW", "NAME", "ACTIVE", "TEMPLATE", "QUEUE", "ROUTING", "FROM", "VERSION"]
    assert " ".join(line.split()) == "main-menu Main menu yes template/main-menu support main base 2"
    assert "greeting: Good morning!" in centre("connect", "flow", "show", "main-menu").out
    (found,) = centre("connect", "flow", "list", "main*", "-o", "json").json["resources"]
    assert found["id"]["key"] == "main-menu"
    assert centre("connect", "flow", "list", "other*").err == "There is no flow.\n"
    centre("connect", "flow", "show", "gone", code=3)


def test_versions_of_a_flow_are_compared(centre: Cli) -> None:
    shown = centre("connect", "flow", "diff", "main-menu", "-e", "base").out
    assert shown.startswith("~ flow-configuration base/main-menu\n")
    assert "-  greeting: Welcome to the shop!\n" in shown
    assert "+  greeting: Good morning!\n" in shown
    same = centre("connect", "flow", "diff", "main-menu", "-e", "base", "--from", "2", "--exit-code")
    assert same.err == "No difference.\n"
    whole = centre("connect", "flow", "diff", "main-menu", "-e", "base", "--to", "1", "-o", "json").json
    assert (whole["from"], whole["to"]) == ("0", "1")
    assert "before" not in whole["differences"][0]
    centre("connect", "flow", "diff", "main-menu", "-e", "base", "--exit-code", code=7)
    missing = centre(
        "connect", "flow", "diff", "main-menu", "-e", "base", "--from", "9", "-o", "json", code=3
    )
    assert missing.error["reason"] == "VERSION_NOT_FOUND"


def test_flow_is_rolled_back(centre: Cli) -> None:
    dry = centre("connect", "flow", "rollback", "main-menu", "--to", "1", "-e", "base", "--dry-run").out
    assert "+  greeting: Welcome to the shop!\n" in dry
    assert dry.endswith("Dry run: nothing was written.\n")
    done = centre("connect", "flow", "rollback", "main-menu", "--to", "1", "-e", "base", "--yes").out
    assert "Rolled back (revision " in done
    inherited = centre("connect", "flow", "rollback", "main-menu", "--to", "1", "-e", "prod", code=3).err
    assert "which is inherited from base; roll it back there: -e base" in inherited
    assert centre("connect", "flow", "rollback", "main-menu", "--to", "2", "-e", "base", "--yes").out


def test_template_of_a_flow_is_filled_by_the_server(centre: Cli) -> None:
    arguments = ("connect", "flow", "render", "main-menu")
    done = centre(
        *arguments, "--values", f"queue_arn={QUEUE_ARN}", "--values", "greeting=never", "--value", "a.b=1"
    )
    flow = json.loads(done.out)
    assert flow["Actions"][0]["Parameters"]["Text"] == "Good morning!"
    assert done.err == "No placeholder uses a.b.\n"
    answer = centre(*arguments, "--values", "queue_arn=x", "-o", "json").json
    assert answer["source"] == "template/main-menu"
    assert json.loads(centre(*arguments).out)["Actions"][2]["Parameters"]["QueueId"].endswith("b1")
    other = ("connect", "flow", "render", "--template-key", "main-menu")
    refused = centre(*other, "-o", "json", code=4).error
    assert refused["reason"] == "TEMPLATE_INCOMPLETE"
    assert "greeting" in [violation["field"] for violation in refused["violations"]]
    told = centre(*other, code=4).err
    assert "greeting: has no value, for /Actions/0/Parameters/Text" in told
    assert "--values NAME=VALUE" in told


def test_template_here_is_filled_without_a_server(centre: Cli, tmp_path: Path) -> None:
    arguments = ("connect", "flow", "render", "--template", str(FLOWS / "main-menu.template.json"))
    values = ("--values-file", str(FLOWS / "main-menu.values.json"))
    alone = replace(centre, target=NOWHERE)
    done = alone(*arguments, *values)
    assert done.out == (FLOWS / "main-menu.json").read_text("utf-8")
    assert done.err == ""
    quoted = alone(*arguments, *values, "--values", 'prompts.sorry=So "sorry"').out
    assert json.loads(quoted)["Actions"][16]["Parameters"]["Text"] == 'So "sorry"'
    refused = alone(*arguments, "--values", "queues.default=x", code=4)
    assert (
        "  bridge.arn: has no value, for /Actions/1/Parameters/LambdaFunctionARN and 1 more\n" in refused.err
    )
    broken = tmp_path / "broken.json"
    broken.write_text('{"Version":"{{version}}","StartAction":"a","Actions":[]}')
    invalid = centre(
        "connect", "flow", "render", "--template", str(broken), "--values", "version=1", "-o", "json", code=4
    ).error
    assert invalid["reason"] == "INVALID_FLOW"
    assert {violation["field"] for violation in invalid["violations"]} >= {"/Version", "/Actions"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say what to fill, one thing."),
        (["main-menu", "--template-key", "main-menu"], "Say what to fill, one thing."),
        (["main-menu", "--values", "a"], "'a' is no NAME=VALUE."),
        (["main-menu", "--values", "a=1", "--values", "a.b=1"], "'a.b' leads through 'a', which has a value"),
        (["main-menu", "--values-file", "missing.json"], "missing.json can't be read"),
    ],
)
def test_render_says_how_it_is_used(centre: Cli, arguments: list[str], message: str) -> None:
    assert message in centre("connect", "flow", "render", *arguments, code=2).err


def test_flows_are_checked_without_a_server(centre: Cli, tmp_path: Path) -> None:
    alone = replace(centre, target=NOWHERE)
    assert alone("connect", "flow", "validate", str(FLOWS / "main-menu.json")).out.endswith(": valid\n")
    flow = json.loads((FLOWS / "main-menu.json").read_text("utf-8"))
    flow["Actions"][15]["Transitions"]["NextAction"] = "hang_up"
    flow["Actions"][2]["Type"] = "Guess"
    directory = tmp_path / "flows"
    directory.mkdir()
    (directory / "main.json").write_text(json.dumps(flow))
    shown = centre("connect", "flow", "validate", str(directory), code=2).out
    assert shown.splitlines()[0].endswith("main.json: invalid (1 error, 1 warning)")
    place = "/Actions/15/Transitions/NextAction (closed)"
    assert f'  error  {place}: no action has the identifier "hang_up"\n' in shown
    found = centre("connect", "flow", "validate", "-", "-o", "json", input=json.dumps(flow), code=2).json
    assert found["valid"] is False
    assert found["flows"][0]["file"] == "stdin"
    assert found["flows"][0]["findings"][-1] == {
        "pointer": "/Actions/2/Type",
        "severity": "FINDING_SEVERITY_WARNING",
        "code": "FLOW_FINDING_CODE_UNKNOWN_ACTION_TYPE",
        "message": 'the type "Guess" is not known here; its parameters were not checked',
        "actionId": "configured",
    }
    assert "No flow is in" in centre("connect", "flow", "validate", str(tmp_path), code=2).err
    example = alone("connect", "flow", "validate", str(FLOWS))
    assert "main-menu.values.json" not in example.out
    assert example.err == "Skipped, with neither Version nor Actions: 1.\n"
    alone("connect", "flow", "validate", str(FLOWS / "main-menu.values.json"), code=2)
    assert "No file is given." in centre("connect", "flow", "validate", code=2).err


def test_flow_is_drawn(centre: Cli, tmp_path: Path) -> None:
    mermaid = centre("connect", "flow", "graph", str(FLOWS / "main-menu.json")).out
    assert mermaid.startswith("flowchart TD\n  start((start))\n")
    assert '  a2 -->|"Equals true"| a4\n' in mermaid
    dot = centre("connect", "flow", "graph", str(FLOWS / "main-menu.json"), "--format", "dot").out
    assert dot.startswith("digraph flow {\n")
    assert '  a2 -> a4 [label="Equals true"]\n' in dot
    assert "has no actions to draw" in centre("connect", "flow", "graph", "-", input="{}", code=2).err


def test_event_is_answered_as_by_the_function(centre: Cli, event_file: Path) -> None:
    response: dict[str, Any] = centre("connect", "simulate", str(event_file), "-o", "json").json
    assert (response["success"], response["source"], response["rule"]) == ("true", "live", "main/platinum")
    table = centre("connect", "simulate", str(event_file), "--parameter", "responseType=json")
    assert "main/platinum" in table.out
    assert table.err.startswith("Answered in ")


def test_example_flow_gets_from_the_function_what_it_looks_at(centre: Cli, event_file: Path) -> None:
    """Every `$.External` path of the flow is in the response to its own parameters."""
    flow = json.loads((FLOWS / "main-menu.json").read_text("utf-8"))
    asked = [action["Parameters"] for action in flow["Actions"] if action["Type"] == "InvokeLambdaFunction"]
    answers: list[Any] = []
    for parameters in asked:
        overrides = [
            f"--parameter={name}={text}" for name, text in parameters["LambdaInvocationAttributes"].items()
        ]
        answers.append(centre("connect", "simulate", str(event_file), *overrides, "-o", "json").json)
    assert [answer["success"] for answer in answers] == [True, True]
    assert answers[0]["parameters"]["greeting"] == "Good morning!"
    assert answers[0]["parameters"]["menu"]["question"]
    assert answers[1]["targetQueue"]["arn"].startswith("arn:aws:connect:")
    assert answers[1]["rule"] == "main/platinum"


def test_example_flow_has_defaults_where_nobody_answers(centre: Cli, event_file: Path) -> None:
    arguments = ("--parameter", "responseType=json", "--parameter", f"default.targetQueue.arn={QUEUE_ARN}")
    alone = replace(centre, target=NOWHERE, variables={"VEXIL_ATTEMPT_MS": "50", "VEXIL_BUDGET_MS": "200"})
    response = alone("connect", "simulate", str(event_file), *arguments, "-o", "json").json
    assert (response["success"], response["source"]) == (True, "default")
    assert response["targetQueue"]["arn"] == QUEUE_ARN


def test_error_is_one_where_the_flow_asks_for_that(centre: Cli, event_file: Path) -> None:
    arguments = ("--parameter", "routingKey=gone", "-o", "json")
    told = centre("connect", "simulate", str(event_file), *arguments)
    assert (told.json["success"], told.json["error"]) == ("false", "CONFIGURATION_NOT_FOUND")
    raised = centre("connect", "simulate", str(event_file), *arguments, "--parameter", "raise=true", code=3)
    assert raised.error["message"] == "FlowError: CONFIGURATION_NOT_FOUND"
    assert CALLER_NUMBER not in told.out + raised.err


def test_error_says_that_the_server_is_away(centre: Cli, event_file: Path) -> None:
    alone = replace(centre, target=NOWHERE, variables={"VEXIL_ATTEMPT_MS": "50", "VEXIL_BUDGET_MS": "200"})
    raised = alone("connect", "simulate", str(event_file), "--parameter", "raise=true", code=5)
    assert raised.err == "Error: FlowError: UNAVAILABLE\n`vexil doctor` finds out what is wrong.\n"
    said = alone("connect", "simulate", str(event_file), "--parameter", "raise=true", "-o", "json", code=5)
    assert said.error["metadata"] == {"error": "UNAVAILABLE"}

"""The runtime of Lambda functions that other tests rely on: limits, errors, new starts, the log."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.engines.fixtures import RunLambda
from tests.support.engines.lambda_runtime import LambdaRuntime

_FUNCTION = """
import os, time
print("imported")
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event == "fail":
        raise LookupError("nothing there")
    if event == "exit":
        os._exit(3)
    if event == "hang":
        time.sleep(60)
    print("called with", event)
    return {"calls": calls, "environment": sorted(os.environ), "left": context.get_remaining_time_in_millis()}
"""


@pytest.fixture
def function(run_lambda: RunLambda, tmp_path: Path) -> LambdaRuntime:
    (tmp_path / "function.py").write_text(_FUNCTION)
    return run_lambda("function.handler", {"GREETING": "hello"}, timeout=2, code=tmp_path)


def test_function_answers_from_one_process(function: LambdaRuntime) -> None:
    first, second = function.invoke("one"), function.invoke("two")
    assert (first.error, first.payload["calls"], second.payload["calls"]) == (None, 1, 2)
    assert 0 < first.payload["left"] <= 2000
    assert function.wait_for_log("called with (.*)")[1] == "one"
    assert function.starts == 1
    assert 0 < function.init_seconds < first.seconds


def test_function_sees_its_own_environment_only(
    function: LambdaRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = function.invoke("one").payload["environment"]
    assert "GREETING" in names
    assert "PYTEST_CURRENT_TEST" in os.environ
    assert "PYTEST_CURRENT_TEST" not in names


def test_errors_are_answers(function: LambdaRuntime) -> None:
    failed = function.invoke("fail")
    assert (failed.error, failed.payload["errorMessage"]) == ("LookupError", "nothing there")


@pytest.mark.parametrize(("event", "error"), [("exit", "Runtime.ExitError"), ("hang", "Sandbox.Timedout")])
def test_function_that_dies_or_hangs_is_started_anew(function: LambdaRuntime, event: str, error: str) -> None:
    function.invoke("one")
    assert function.invoke(event).error == error
    assert function.invoke("again").payload["calls"] == 1
    function.wait_for_log("called with again")
    assert function.starts == 2


def test_invocations_queue_up(function: LambdaRuntime) -> None:
    with ThreadPoolExecutor(4) as threads:
        calls = [answer.payload["calls"] for answer in threads.map(function.invoke, range(20))]
    assert sorted(calls) == list(range(1, 21))

"""The bridge on AWS's own runtime for Lambda functions."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bridges import nobody
from tests.support.contact_centre import CALLER_NUMBER, OUR_NUMBER, contact_centre, event
from tests.support.engines.fixtures import RunLambda
from tests.support.engines.ports import free_ports
from tests.support.server import server_process

HANDLER = "vexil.bridge.handler.handle"
RESOLVE = event(operation="resolve", flowId="main-menu")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def centre_target() -> Iterator[str]:
    """A server that holds a contact centre."""
    with server_process() as server, contact_centre(server.target):
        yield server.target


def variables(target: str, **more: str) -> dict[str, str]:
    return {
        "VEXIL_SERVER": target,
        "VEXIL_PLAINTEXT": "true",
        "VEXIL_NAMESPACE": "contact-centre",
        "VEXIL_ENVIRONMENT": "prod",
        # Machines may be busy.
        "VEXIL_ATTEMPT_MS": "5000",
        "VEXIL_HEDGE_MS": "3000",
        "VEXIL_BUDGET_MS": "6000",
        **more,
    }


@pytest.mark.parametrize("mode", ["live", "snapshot"])
def test_function_answers_flat_and_nested(run_lambda: RunLambda, centre_target: str, mode: str) -> None:
    function = run_lambda(HANDLER, variables(centre_target, VEXIL_MODE=mode))

    flat = function.invoke(RESOLVE).payload
    route = function.invoke(
        event({"customer_class": "gold"}, operation="route", routingKey="main", responseType="json")
    ).payload

    assert (flat["success"], flat["source"], flat["parameters.greeting"]) == ("true", "live", "Welcome!")
    assert (route["success"], route["rule"]) == (True, "main/gold")
    assert function.starts == 1


def test_function_ends_with_an_error_only_where_the_flow_asks_for_that(
    run_lambda: RunLambda, centre_target: str
) -> None:
    function = run_lambda(HANDLER, variables(centre_target))

    data = function.invoke(event(operation="resolve", flowId=CALLER_NUMBER))
    raised = function.invoke(event(operation="resolve", flowId=CALLER_NUMBER, **{"raise": "true"}))

    assert data.error is None
    assert data.payload["error"] == "CONFIGURATION_NOT_FOUND"
    assert raised.error == "FlowError"
    assert raised.payload["errorMessage"] == "CONFIGURATION_NOT_FOUND"


def test_function_logs_what_it_did_and_nothing_of_the_contact(
    run_lambda: RunLambda, centre_target: str
) -> None:
    function = run_lambda(HANDLER, variables(centre_target))
    secret = "correct-horse-battery-staple"
    function.invoke(event({"iban": secret}, operation="route", routingKey="main", endpoints="true"))
    function.invoke(event({"iban": secret}, operation="get", key=secret, **{"raise": "true"}))

    function.wait_for_log('"event": "answered".*"error": "CONFIGURATION_NOT_FOUND"')
    log = "\n".join(function.log)
    assert '"operation": "route"' in log
    assert not [each for each in (secret, CALLER_NUMBER, OUR_NUMBER) if each in log]


def test_function_outlives_its_server_and_finds_it_again(run_lambda: RunLambda, tmp_path: Path) -> None:
    [port] = free_ports(1)
    address, store = f"127.0.0.1:{port}", tmp_path / "vexil.db"
    with server_process(store, listen=address) as server, contact_centre(server.target):
        quick = {"VEXIL_ATTEMPT_MS": "1000", "VEXIL_HEDGE_MS": "200"}
        function = run_lambda(HANDLER, variables(address, **quick))
        # The second answer is live for sure: the first may have been slow on a busy machine.
        function.invoke(RESOLVE)
        before = function.invoke(RESOLVE).payload
    meanwhile = function.invoke(RESOLVE).payload
    with server_process(store, listen=address) as server:
        server.wait_for("serving")
        answers = (function.invoke(RESOLVE).payload for _ in range(50))
        after = next(answer for answer in answers if answer["source"] == "live")

    assert before["success"] == "true"
    assert (meanwhile["source"], meanwhile["cause"]) == ("stale", "UNAVAILABLE")
    assert meanwhile["parameters.greeting"] == "Welcome!"
    assert after["parameters.greeting"] == "Welcome!"
    assert function.starts == 1


def test_function_that_is_not_set_up_says_so(run_lambda: RunLambda) -> None:
    function = run_lambda(HANDLER, {})

    assert function.invoke(RESOLVE).payload["error"] == "FAILED_PRECONDITION"
    function.wait_for_log("VEXIL_SERVER: is not set")


def test_function_without_a_server_starts_and_answers(run_lambda: RunLambda) -> None:
    for mode in ("live", "snapshot"):
        function = run_lambda(HANDLER, variables(nobody(), VEXIL_MODE=mode, VEXIL_ATTEMPT_MS="200"))
        response = function.invoke(event(operation="evaluate", flag="x", default__value="no")).payload

        assert (response["success"], response["source"], response["value"]) == ("true", "default", "no")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in the function's archive, for this Python."""
    folder = tmp_path_factory.mktemp("function")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = ["bash", "tools/bridge-zip.sh", "--python", version, "--unpacked", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"the archive can't be built; are wheels to be had? {done.stderr[-300:]}")
    return folder


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the archive is built for x86_64")
def test_archive_has_what_the_function_needs_and_no_more(archive: Path) -> None:
    parts = {path.name for path in (archive / "vexil").iterdir()}
    assert parts == {"bridge", "convert", "core", "secrets", "v1"}
    assert not [name for name in ("boto3", "redis", "structlog", "yaml", "pip") if (archive / name).exists()]
    assert sum(path.stat().st_size for path in archive.rglob("*") if path.is_file()) < 40_000_000


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the archive is built for x86_64")
def test_archive_answers_alone(archive: Path) -> None:
    alone = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "from vexil.bridge.handler import handle\n"
        "import vexil.bridge.snapshot.answering\n"
        "print(handle({})['error'])\n"
    )
    # -S: nothing of this environment.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", alone], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "FAILED_PRECONDITION"

"""`doctor`: what it finds when something is wrong, and when nothing is."""

import socket
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.server import server_process


def marks(cli: Cli, *arguments: str, code: int = 0, **variables: str) -> dict[str, str]:
    """The level of each subject."""
    found = cli("doctor", *arguments, "-o", "json", code=code, **variables).json
    assert found["healthy"] is (code == 0)
    for finding in found["findings"]:
        assert finding["text"]
        assert (finding["level"] == "ok") or finding["advice"]
    return {finding["subject"]: finding["level"] for finding in found["findings"]}


def test_doctor_finds_nothing_wrong(cli: Cli) -> None:
    lines = cli("doctor").out.splitlines()

    assert [line.split()[:2] for line in lines] == [
        ["✓", subject]
        for subject in (
            "configuration",
            "options",
            "network",
            "gRPC",
            "health",
            "identity",
            "latency",
            "snapshot",
            "namespace",
            "environment",
            "clock",
        )
    ]


def test_doctor_says_that_nobody_listens(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        target = f"127.0.0.1:{probe.getsockname()[1]}"

    done = cli("doctor", code=1, VEXIL_TARGET=target)

    assert f"✗ network  {target} can't be reached" in done.out
    assert "  → Is the server running (`vexil serve`), and is --target its address?" in done.out


def test_doctor_says_that_somebody_else_listens(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"127.0.0.1:{silent.getsockname()[1]}"
        found = marks(cli, "--timeout", "0.5", code=1, VEXIL_TARGET=target)

    assert found["network"] == "ok"
    assert found["gRPC"] == "failure"


def test_doctor_says_that_the_server_has_no_tls(cli: Cli) -> None:
    found = marks(cli, "--tls", "--timeout", "2", code=1)

    assert found["TLS"] == "failure"


@pytest.mark.parametrize(
    ("variables", "subject", "level", "code"),
    [
        ({"VEXIL_NAMESPACE": "gone"}, "namespace", "failure", 1),
        ({"VEXIL_NAMESPACE": ""}, "namespace", "warning", 0),
        ({"VEXIL_ENVIRONMENT": "gone"}, "environment", "failure", 1),
        ({"VEXIL_ENVIRONMENT": ""}, "environment", "warning", 0),
        ({"VEXIL_TOKEN": "x", "VEXIL_TARGET": "elsewhere.test:1"}, "options", "failure", 1),
        ({"VEXIL_CONTEXT": "gone"}, "configuration", "failure", 1),
    ],
)
def test_doctor_says_what_is_missing(
    cli: Cli, variables: dict[str, str], subject: str, level: str, code: int
) -> None:
    assert marks(cli, code=code, **variables)[subject] == level


def test_doctor_checks_the_configuration_file(cli: Cli) -> None:
    cli("config", "set-context", "x", "--target", "elsewhere:1", "--token", "secret")
    config = cli.directory / "config.toml"

    config.chmod(0o644)
    assert marks(cli)["configuration"] == "warning"
    config.write_text("[")
    assert marks(cli, code=1) == {"configuration": "failure"}


def test_doctor_checks_a_store_file(cli: Cli, tmp_path: Path) -> None:
    store = tmp_path / "vexil.db"
    with server_process(store) as server:
        cli("namespace", "create", "shop", VEXIL_TARGET=server.target)
        assert marks(cli, "--sqlite", "vexil.db")["store"] == "ok"
    assert marks(cli, "--sqlite", "gone.db", code=1)["store"] == "failure"

    (tmp_path / "text.db").write_text("This is no store.")
    assert marks(cli, "--sqlite", "text.db", code=1)["store"] == "failure"
    assert (tmp_path / "text.db").read_text() == "This is no store."

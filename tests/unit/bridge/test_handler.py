"""What Lambda calls, in a sandbox that is not set up."""

import json
from collections.abc import Iterator

import pytest

from vexil.bridge import handler
from vexil.bridge.logs import LOGGER
from vexil.bridge.settings import Settings


@pytest.fixture(autouse=True)
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A new one."""
    before = (LOGGER.handlers[:], LOGGER.level, LOGGER.propagate)
    monkeypatch.delenv("VEXIL_SERVER", raising=False)
    handler._bridge.cache_clear()
    yield
    handler._bridge.cache_clear()
    LOGGER.handlers[:], LOGGER.propagate = before[0], before[2]
    LOGGER.setLevel(before[1])


def test_function_that_is_not_set_up_says_so_to_flow_and_log(capsys: pytest.CaptureFixture[str]) -> None:
    handler.begin()
    response = handler.handle({})

    assert (response["success"], response["error"]) == ("false", "FAILED_PRECONDITION")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [("ERROR", "misconfigured")] * 2
    assert lines[0]["problem"].startswith("VEXIL_SERVER: is not set")


def test_beginning_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_variables: object) -> None:
        raise TypeError("nobody has thought of that")

    monkeypatch.setattr(Settings, "of", fail)
    handler.begin()

    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["exception"]) == ("defect", "TypeError")
    assert "nobody" not in json.dumps(line)

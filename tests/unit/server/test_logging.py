"""How log lines look."""

import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from tests.fuzz.hostile import CONTROL
from vexil.server.logging import configure_logging

LIBRARIES = ("boto3", "botocore", "redis", "urllib3")


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers = root.handlers
    levels = {name: logging.getLogger(name).level for name in ("root", *LIBRARIES)}
    yield
    root.handlers = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def test_json_lines_have_time_level_and_what_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    structlog.get_logger("vexil.test").info("serving", address="127.0.0.1:1")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["address"]) == ("serving", "info", "127.0.0.1:1")
    assert line["logger"] == "vexil.test"
    assert line["time"].endswith("Z")


def test_level_leaves_the_rest_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("warning", "json")
    structlog.get_logger("vexil.test").info("quiet")
    assert capsys.readouterr().err == ""


def test_libraries_take_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    logging.getLogger("somebody.else").warning("careful: %s", "x")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"]) == ("careful: x", "warning")


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize("text", CONTROL)
def test_text_of_others_forges_no_line_and_steers_no_terminal(
    text: str, form: Literal["json", "console"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info", form)
    structlog.get_logger("vexil.test").warning("refused", peer=text)
    logging.getLogger("somebody.else").warning("said %s", text)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 2
    assert all(line.isprintable() for line in said.splitlines())


@pytest.mark.parametrize("library", LIBRARIES)
def test_libraries_that_call_elsewhere_only_warn(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug", "json")
    inner = logging.getLogger(f"{library}.inner")
    inner.info("Found credentials in environment variables.")
    inner.warning("certificate expires soon")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "certificate expires soon"


def test_libraries_do_not_warn_where_only_errors_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("error", "json")
    logging.getLogger("botocore.inner").warning("certificate expires soon")
    assert capsys.readouterr().err == ""


def test_defect_carries_its_trace_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    structlog.get_logger("vexil.test").error("call_failed", exc_info=ZeroDivisionError("by zero"))
    [text] = capsys.readouterr().err.splitlines()
    assert "ZeroDivisionError: by zero" in json.loads(text)["exception"]


def test_console_lines_are_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "console")
    structlog.get_logger("vexil.test").info("serving", address="127.0.0.1:1")
    text = capsys.readouterr().err
    assert "serving" in text
    assert "address=127.0.0.1:1" in text


def test_format_follows_the_terminal_when_it_is_left_open(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "auto")
    structlog.get_logger("vexil.test").info("serving")
    assert json.loads(capsys.readouterr().err)["event"] == "serving"

"""Terminal escape injection: raw text is written as it is into pipes, and made safe for terminals."""

import io
import os
import re

import pytest

from tests.fuzz.hostile import CONTROL
from vexil.server.cli.terminal import Terminal

STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("text", CONTROL)
def test_raw_text_steers_no_terminal(text: str) -> None:
    master, slave = os.openpty()
    try:
        with os.fdopen(slave, "w", encoding="utf-8", newline="") as out:
            Terminal(out=out).text.write(f"{text}.\n")
            out.flush()
            shown = os.read(master, 4096).decode().replace("\r\n", "\n")  # as terminals are set
    finally:
        os.close(master)
    assert shown.endswith(".\n")
    assert STEERING.findall(shown) == []


@pytest.mark.parametrize("text", CONTROL)
def test_raw_text_reaches_a_pipe_as_it_is(text: str) -> None:
    out = io.StringIO()
    Terminal(out=out).text.write(text)
    assert out.getvalue() == text

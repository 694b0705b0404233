import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.server.cli.render.text import printable, printable_json, printable_lines, shorten


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("héllo ✓ 日本", "héllo ✓ 日本"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("two\nlines\tand\rmore", "two\\nlines\\tand\\rmore"),
        ("\x9b2J", "\\x9b2J"),
        ("\x7f", "\\x7f"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("\u2028", "\\u2028"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable_escapes_what_steers_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_printable_text_has_no_control_character(text: str) -> None:
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in printable(text))


def test_printable_lines_keeps_line_feeds() -> None:
    assert printable_lines("a\nb\x1b") == "a\nb\\x1b"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_printable_json_stands_for_the_same_value(text: str) -> None:
    shown = printable_json(json.dumps({"key": text}, ensure_ascii=False, indent=2))

    assert json.loads(shown) == {"key": text}
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_shorten_ends_with_an_ellipsis_when_it_cuts() -> None:
    assert shorten("12345", 5) == "12345"
    assert shorten("123456", 5) == "1234…"

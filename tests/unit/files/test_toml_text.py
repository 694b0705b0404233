from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.files.formats.syntax import Position, SyntaxProblem
from vexil.files.formats.toml_text import locate, parse

DOCUMENT = '''\
namespace = "shop"

[settings]
"checkout.timeout" = 2500
'literal key' = 1
limits = { value = { a = 1 } }
note = """
[not.a.header]
key = "not a key"
"""

  [settings.flag]
  serve = "off"

[[documents]]
a = 1
[documents.inner]
b = 2
[[documents]]
a = 3
'''


def test_document_is_read() -> None:
    (document,) = parse(DOCUMENT)
    assert document["settings"]["checkout.timeout"] == 2500
    assert document["documents"] == [{"a": 1, "inner": {"b": 2}}, {"a": 3}]


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("namespace",), 1, 1),
        (("settings",), 3, 1),
        (("settings", "checkout.timeout"), 4, 1),
        (("settings", "literal key"), 5, 1),
        (("settings", "limits"), 6, 1),
        (("settings", "flag"), 12, 3),
        (("settings", "flag", "serve"), 13, 3),
        (("documents", 0, "a"), 16, 1),
        (("documents", 0, "inner", "b"), 18, 1),
        (("documents", 1, "a"), 20, 1),
    ],
)
def test_each_key_has_its_place(path: tuple[str | int, ...], line: int, column: int) -> None:
    assert locate(DOCUMENT)[0, *path] == Position(line, column)


def test_text_that_looks_like_keys_has_no_place() -> None:
    assert (0, "not", "a", "header") not in locate(DOCUMENT)
    assert (0, "settings", "key") not in locate(DOCUMENT)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a = 1\na = 2\n", 2, 6, "not TOML: Cannot overwrite a value"),
        ("a = \n", 1, 5, "not TOML: Invalid value"),
        ("a = [1", 1, 7, "not TOML: "),
        ("[a]\n[a]\n", 2, 3, "not TOML: Cannot declare"),
        ("a = " + "1" * 10_000, 1, 1, "too many digits"),
        ("a = " + "[" * 100 + "]" * 100, 1, 1, "nested too deep"),
        ("a = " + "[" * 100_000, 1, 1, "nested too deep"),
    ],
)
def test_what_is_refused_is_placed(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse(text)
    assert caught.value.position == Position(line, column)
    assert said in caught.value.message


@given(st.text() | st.text(alphabet="[]{}=\"'.,#a1\n"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SyntaxProblem):
        parse(text)
        locate(text)

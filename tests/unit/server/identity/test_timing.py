"""Timing: what is secret is not compared by `==`, which ends at the first difference."""

import ast
from pathlib import Path

import pytest

import vexil.server.access
import vexil.server.identity

SECRET = {
    "digest",
    "family",
    "family_digest",
    "invitation",
    "password",
    "refresh",
    "secret",
    "spent",
    "token",
}
FILES = [
    file
    for package in (vexil.server.access, vexil.server.identity)
    for place in package.__path__
    for file in sorted(Path(place).rglob("*.py"))
]


def unsafe(code: str) -> list[int]:
    """The lines where something secret is compared to anything but a constant."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Compare)
        and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops)
        and not any(isinstance(each, ast.Constant) for each in (node.left, *node.comparators))
        and any(name_of(each) in SECRET for each in (node.left, *node.comparators))
    ]


def name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_timing_safe_comparison_of_all_that_is_secret(file: Path) -> None:
    assert unsafe(file.read_text()) == []


def test_timing_unsafe_comparison_is_seen() -> None:
    assert unsafe("a = key.digest == given\nb = x != session.refresh\nc = token == ''\n") == [1, 2]

"""What docs/security.md names as proof is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "security.md").read_text()
WEAKNESSES = TEXT.partition("## Weaknesses that are guarded against")[2].partition("\n\n**")[0]
ROWS = [
    line for line in WEAKNESSES.splitlines() if line.startswith("| ") and not line.startswith("| weakness ")
]
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", TEXT)))


def functions_in(file: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


@pytest.mark.parametrize(("path", "test"), NAMED)
def test_what_is_named_as_a_test_exists(path: str, test: str) -> None:
    place = ROOT / path
    assert place.exists()
    if test:
        assert test in functions_in(place)


@pytest.mark.parametrize("row", ROWS)
def test_every_weakness_has_a_test_by_its_whole_path(row: str) -> None:
    weakness, _guard, proof = (cell.strip() for cell in row.strip("|").split(" | "))
    assert weakness
    assert proof
    paths = re.findall(r"`([^`]+)`", proof)
    assert paths
    assert all(path.startswith("tests/") for path in paths)


def test_there_are_weaknesses() -> None:
    assert len(ROWS) > 25
    assert NAMED

"""Quick tests run first, tests of whole systems last, so that a small mistake shows within seconds."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FIRST = ("unit", "deploy")
LAST = ("e2e",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=phase)


def phase(item: pytest.Item) -> int:
    """The place of a test's directory in the run; inside it the order stays."""
    suite = item.path.relative_to(TESTS).parts[0]
    if suite in FIRST:
        return FIRST.index(suite) - len(FIRST)
    return 1 + LAST.index(suite) if suite in LAST else 0

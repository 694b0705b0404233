"""Quick tests run first, tests of whole systems last, so that a small mistake shows within seconds.

Laws are tested for what they say, not for how long that takes on a busy machine.
"""

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("any time", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any time")

pytest_plugins = ("tests.support.engines.fixtures",)

TESTS = Path(__file__).parent
ORDER = ("unit", "deploy", "fuzz", "acceptance", "crash", "robustness", "e2e", "interop")

# A shell ignores SIGINT for what it starts in the background, and children inherit that: Ctrl-C in tests
# would reach nobody.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=phase)


def phase(item: pytest.Item) -> int:
    """The place of a test's directory in the run; inside it the order stays."""
    return ORDER.index(item.path.relative_to(TESTS).parts[0])

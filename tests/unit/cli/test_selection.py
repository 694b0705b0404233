import pytest

from vexil.core.selector import Selector
from vexil.server.cli.selection import selector_of
from vexil.server.cli.usage import UsageError


@pytest.mark.parametrize(
    ("pattern", "selector"),
    [
        (None, Selector()),
        ("*", Selector()),
        ("checkout.*", Selector(prefix="checkout.")),
        ("checkout", Selector(key="checkout")),
    ],
)
def test_star_at_the_end_makes_a_prefix(pattern: str | None, selector: Selector) -> None:
    assert selector_of(pattern, None, None) == selector


@pytest.mark.parametrize("pattern", ["a*b", "*a", "a**"])
def test_star_elsewhere_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="star elsewhere than at its end"):
        selector_of(pattern, None, None)

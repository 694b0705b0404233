"""How long calls took while something went on, beside those when nothing did."""

from collections.abc import Iterator

from loadtest.h2load import Load
from loadtest.results import Figure, percentiles

NAME = "evaluate, meanwhile"


def when_quiet(subject: str, case: str, quiet: Load) -> Iterator[Figure]:
    """The calls that the others are compared with."""
    for percentile, value in percentiles(quiet.took):
        yield Figure(NAME, case, f"{subject}, {percentile}", value / 1e3, "ms")


def beside(subject: str, case: str, quiet: Load, busy: Load, aim_for_p99: str = "") -> Iterator[Figure]:
    """The calls while something went on; the aim is the compiled transport's."""
    before = dict(percentiles(quiet.took))
    for percentile, value in percentiles(busy.took):
        aim = aim_for_p99 if percentile == "p99" and subject == "vexil native" else ""
        ratio = value / before[percentile]
        yield Figure(NAME, case, f"{subject}, {percentile}", value / 1e3, "ms", ratio, "when quiet", aim)

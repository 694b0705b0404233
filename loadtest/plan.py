"""How much a run measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and repetitions. Subjects take turns, and the median of a subject's rounds is what counts.

    `seconds` is how long one measurement takes, where something is repeated for a time. `peers` includes
    other services' SDKs, which are installed when they are not there.
    """

    rounds: int = 9
    seconds: float = 0.05
    peers: bool = True
    small_settings: int = 1_000
    large_settings: int = 100_000
    commits: int = 400
    call_seconds: float = 2.0
    changes: int = 600


FULL = Plan()
"""What `make bench` runs: some minutes."""

QUICK = Plan(
    rounds=1,
    seconds=0.001,
    small_settings=20,
    large_settings=200,
    commits=5,
    call_seconds=0.1,
    changes=5,
)
"""Every step once and small: shows that all of it works; its figures mean nothing."""

"""When to try again: exponential backoff with full jitter, and a floor.

The rule is the one of https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/: each
pause is drawn evenly from zero to a limit that doubles, so that clients which lost the same server do not
come back together.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackoffPolicy:
    """Pauses in seconds: at least `floor`, the first at most `initial`, the longest at most `maximum`."""

    floor: float = 0.1
    initial: float = 1.0
    maximum: float = 30.0
    factor: float = 2.0


class Backoff:
    """The pauses of one client. `random` draws from 0 ≤ x < 1."""

    def __init__(self, policy: BackoffPolicy, random: Callable[[], float]) -> None:
        self._policy = policy
        self._random = random
        self._failures = 0

    def reset(self) -> None:
        """The last attempt worked: begin with short pauses again."""
        self._failures = 0

    def next(self, hint: float | None = None) -> float:
        """The pause before the next attempt, in seconds.

        With a server's hint, that and up to as much again: jitter may lengthen what the server asked for,
        never shorten it.
        """
        policy = self._policy
        # The exponent is bounded because a float's range is.
        limit = min(policy.maximum, policy.initial * policy.factor ** min(self._failures, 64))
        self._failures += 1
        if hint is not None:
            return max(policy.floor, hint) + self._random() * max(policy.floor, hint)
        return max(policy.floor, self._random() * limit)

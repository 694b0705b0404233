"""How long to wait between two looks."""

_SLOWER = 1.5
"""Each pause is so many times the one before, while nothing happens."""


class Pauses:
    """Short while something happens, longer and longer while nothing does.

    `shortest` and `longest` in seconds.
    """

    def __init__(self, shortest: float, longest: float) -> None:
        self._shortest, self._longest = shortest, longest
        self._last = shortest

    def after_news(self) -> float:
        """The pause after something new."""
        self._last = self._shortest
        return self._last

    def after_nothing(self) -> float:
        """The pause after a look that found nothing."""
        self._last = min(self._last * _SLOWER, self._longest)
        return self._last

    def after_failure(self) -> float:
        """The pause after a look that failed."""
        self._last = self._longest
        return self._last

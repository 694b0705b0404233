"""Streams that the server ends: not all in one instant, and not to come back in one instant either."""

import asyncio

from vexil.server.clock import Clock
from vexil.server.watch.turns import Turns

_ENDS_PER_SECOND = 2000.0
"""About half of what one process can do: the other half is for calls under way."""

_AWAY_SECONDS = 1.0
"""What those who leave first stay away: about the time in which a server is started again."""


class Departures:
    """Ends streams one after the other, and gives each a turn to come back.

    They come back at most at `returns_per_second`, which is what the server that takes them takes.
    """

    def __init__(self, returns_per_second: float, clock: Clock) -> None:
        self._clock = clock
        self._ends = Turns(_ENDS_PER_SECOND, clock)
        self._returns = Turns(returns_per_second, clock)

    def hurry(self, streams: int, seconds: float) -> None:
        """From now on, so many streams end within so many seconds, also where that takes more haste."""
        self._ends = Turns(max(_ENDS_PER_SECOND, streams / max(seconds, 0.001)), self._clock)

    async def turn(self) -> float:
        """Waits until a stream may end; the seconds after which its subscriber should come back."""
        await asyncio.sleep(self._ends.take())
        return self._returns.take(_AWAY_SECONDS)

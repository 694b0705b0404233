"""The open streams that have to be allowed for as long as they are open."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from vexil.core.errors import VexilError
from vexil.server.clock import Clock
from vexil.server.standing import Standing
from vexil.server.watch.subscription import Subscription

_SLICE = 200
"""Streams that are looked at before others have their turn: about a millisecond's work."""

_ALWAYS = nullcontext()


class Standings:
    """Looks at every stream again when permissions change, and at one whose time has come.

    `generation` gives the same object as long as no permission changes.
    """

    def __init__(self, clock: Clock, generation: Callable[[], object]) -> None:
        self._clock = clock
        self._generation = generation
        self._seen = generation()
        self._open: dict[_Held, None] = {}
        self._soonest: datetime | None = None

    def held(self, standing: Standing | None, subscription: Subscription) -> AbstractContextManager[None]:
        """Has the subscription refused when its standing is lost while inside; None: that can't be.

        Entering raises what the standing raises: it may have been lost since the call was let in.
        """
        return _ALWAYS if standing is None else _Held(self, standing, subscription)

    async def check(self) -> None:
        """Looks at those streams of which something may have changed; called several times a second."""
        generation, now = self._generation(), self._clock.now()
        if generation is self._seen and (self._soonest is None or now < self._soonest):
            return
        everybody = generation is not self._seen
        self._seen, self._soonest = generation, None
        for index, held in enumerate(list(self._open)):
            if everybody or held.is_due(now):
                held.look()
            self._keep_in_mind(held.until)
            if index % _SLICE == _SLICE - 1:
                await asyncio.sleep(0)

    def entered(self, held: "_Held") -> None:
        """One more stream."""
        self._open[held] = None
        self._keep_in_mind(held.until)

    def left(self, held: "_Held") -> None:
        """One stream less."""
        del self._open[held]

    def _keep_in_mind(self, until: datetime | None) -> None:
        if until is not None and (self._soonest is None or until < self._soonest):
            self._soonest = until


class _Held(AbstractContextManager[None]):
    """One stream; `until` is when it is to be looked at again."""

    __slots__ = ("_standing", "_standings", "_subscription", "until")

    def __init__(self, standings: Standings, standing: Standing, subscription: Subscription) -> None:
        self._standings = standings
        self._standing = standing
        self._subscription = subscription
        self.until: datetime | None = None

    def __enter__(self) -> None:
        self.until = self._standing.check()
        self._standings.entered(self)

    def __exit__(self, *_exception: object) -> None:
        self._standings.left(self)

    def is_due(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now

    def look(self) -> None:
        self.until = None
        try:
            self.until = self._standing.check()
        except VexilError as error:
            self._subscription.refuse(error)

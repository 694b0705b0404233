"""From references to secrets, kept for a while."""

import logging
import random
import threading
import time
from collections.abc import Callable

from vexil.core.secret_location import Keeper, Location
from vexil.core.value import SecretReference
from vexil.secrets.errors import SecretError
from vexil.secrets.location import locate
from vexil.secrets.member import member_of
from vexil.secrets.policy import Policy
from vexil.secrets.secret import Secret
from vexil.secrets.sources.opening import open_source
from vexil.secrets.sources.source import Source
from vexil.secrets.standing import Standing

log = logging.getLogger("vexil.secrets")

_LONGEST_WAIT = 60.0


class Resolver:
    """Fetches secrets with this process's own credentials, and keeps them in memory as the policy says.

    For any number of threads: a secret is fetched once at a time, and the others are not held up by it. What
    is kept is replaced by the new one in one step, so there is always one to serve. Nothing is fetched in the
    background unless somebody calls `refresh`. `clock` is in seconds and never goes back; `chance` gives
    numbers 0 ≤ x < 1.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        open_one: Callable[[Keeper], Source] = open_source,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._policy = policy or Policy()
        self._open = open_one
        self._clock = clock
        self._chance = chance
        self._lock = threading.Lock()
        self._sources: dict[Keeper, Source] = {}
        self._held: dict[SecretReference, _Held] = {}

    def resolve(self, reference: SecretReference) -> Secret:
        """The secret: from memory while it is current, else fetched, else the old one while it may be served.

        Blocks only to fetch. Raises SecretError; until the next attempt is due, the same one again.
        """
        held = self._hold(reference)
        if secret := self._at_hand(held):
            return secret
        old = held.standing.served(self._clock())
        if old is None:
            held.fetching.acquire()
        elif not held.fetching.acquire(blocking=False):
            # Nobody waits for somebody else's attempt who can do with the old one.
            return old
        try:
            if self._at_hand(held) is None and self._clock() >= held.standing.due:
                self._fetch(held)
        finally:
            held.fetching.release()
        if secret := held.standing.served(self._clock()):
            return secret
        # Without the traces of those who got it before.
        raise held.standing.error.with_traceback(None)

    def at_hand(self, reference: SecretReference) -> Secret | None:
        """The secret, if `resolve` would not block or raise."""
        held = self._held.get(reference)
        return None if held is None else self._at_hand(held)

    def served(self, reference: SecretReference) -> Secret | None:
        """The secret as long as it may be served, current or not, without an attempt to fetch it."""
        held = self._held.get(reference)
        return None if held is None else held.standing.served(self._clock())

    def doubt(self, reference: SecretReference) -> None:
        """Its use was refused: it is fetched again by who next asks, and still served if that fails."""
        held = self._held.get(reference)
        if held is not None:
            with held.fetching:
                held.standing = held.standing.doubted(self._clock())

    def refresh(self) -> float:
        """Fetches what is due, and forgets what nobody asks for; seconds until it should be called again.

        Blocks. Raises nothing: failures are logged, and raised to who needs the secret.
        """
        for reference, held in list(self._held.items()):
            now = self._clock()
            if now - held.asked >= self._policy.idle:
                with self._lock:
                    self._held.pop(reference, None)
            elif now >= held.standing.due:
                with held.fetching:
                    if self._clock() >= held.standing.due:
                        self._fetch(held)
        dues = [held.standing.due for held in list(self._held.values())]
        return min(max(min(dues, default=float("inf")) - self._clock(), 0.0), _LONGEST_WAIT)

    def close(self) -> None:
        """Forgets all secrets and closes connections. What is asked for later is fetched anew."""
        with self._lock:
            sources, self._sources, self._held = self._sources, {}, {}
        for source in sources.values():
            source.close()

    def _hold(self, reference: SecretReference) -> "_Held":
        held = self._held.get(reference)
        if held is None:
            self._policy.check(reference)
            location = locate(reference)
            with self._lock:
                held = self._held.setdefault(reference, _Held(location))
        held.asked = self._clock()
        return held

    def _at_hand(self, held: "_Held") -> Secret | None:
        now, standing = self._clock(), held.standing
        held.asked = now
        if secret := standing.current(now):
            return secret
        # After a failure the old one is served at once, until the next attempt.
        return standing.served(now) if now < standing.due else None

    def _fetch(self, held: "_Held") -> None:
        location = held.location
        try:
            secret = self._source(location.keeper).fetch(location)
            if location.member:
                secret = member_of(secret, location.member, location.name)
        except SecretError as error:
            held.standing = held.standing.failed(error, self._clock(), self._policy, self._chance())
            if held.standing.secret is not None and held.standing.failures == 1:
                log.warning("a secret can't be fetched again, the old one is served: %r", error.message)
            return
        lifetime = self._policy.lifetime(location)
        held.standing = held.standing.fetched(secret, self._clock(), lifetime, self._policy, self._chance())

    def _source(self, keeper: Keeper) -> Source:
        with self._lock:
            if keeper not in self._sources:
                self._sources[keeper] = self._open(keeper)
            return self._sources[keeper]


class _Held:
    """A reference's secret; `fetching` is held by who fetches it, `asked` is when somebody wanted it."""

    __slots__ = ("asked", "fetching", "location", "standing")

    def __init__(self, location: Location) -> None:
        self.location = location
        self.standing = Standing()
        self.fetching = threading.Lock()
        self.asked = 0.0

"""The public keys of identity providers, fetched before they are needed."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.errors import Unavailable
from vexil.core.resource import Kind
from vexil.server.access.directory import AccessDirectory
from vexil.server.clock import Clock
from vexil.server.identity.public_keys import PublicKey, read_key_set

REFRESH_SECONDS = 600.0
"""Keys are fetched again after that, so that one that was withdrawn is accepted no longer than this."""

RETRY_SECONDS = 10.0
"""The least time between two fetches from one place, whatever callers send."""

STALE_SECONDS = 86_400.0
"""While a provider can't be reached, its keys go on being accepted for a day."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """What is known of one place; times are of the monotonic clock. `problem`: why the last try failed."""

    keys: Mapping[str, PublicKey] = field(default_factory=dict)
    fetched_at: float | None = None
    tried_at: float | None = None
    problem: str = ""


class KeySets:
    """Keys by where they are published. Only `refresh`, in the background, waits for anybody."""

    def __init__(self, directory: AccessDirectory, fetch: Callable[[str], bytes], clock: Clock) -> None:
        """`fetch` gets what is at a URL, called in a thread; it raises OSError or ValueError."""
        self._directory = directory
        self._fetch = fetch
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._missed: set[str] = set()

    def key(self, provider: IdentityProvider, key_id: str) -> PublicKey | None:
        """The provider's key of that id; None: it has none.

        Raises Unavailable while it may still turn up, since no keys were had yet, or new ones are about to be
        fetched.
        """
        held = self._held.get(provider.jwks_uri, _Held())
        now = self._clock.monotonic()
        if held.fetched_at is None or now - held.fetched_at > STALE_SECONDS:
            raise Unavailable("the identity provider's keys can't be had at the moment", retry_after=1.0)
        key = held.keys.get(key_id)
        if key is not None:
            return key
        if held.problem or held.tried_at is None or now - held.tried_at >= RETRY_SECONDS:
            self._missed.add(provider.jwks_uri)
            raise Unavailable("the identity provider's new keys are being fetched", retry_after=1.0)
        return None

    def problem(self, place: str) -> str:
        """Why keys could not be fetched from there the last time; empty: they could, or nobody has tried."""
        return self._held.get(place, _Held()).problem

    async def refresh(self) -> None:
        """Fetches what is due, and forgets places that no provider names any more. Raises nothing."""
        places = {provider.jwks_uri for provider in self._providers()}
        for place in self._held.keys() - places:
            del self._held[place]
        missed, self._missed = self._missed, set()
        due = [place for place in places if self._is_due(place, missed)]
        await asyncio.gather(*map(self._renew, due))

    def _providers(self) -> Iterable[IdentityProvider]:
        for state in self._directory.current.states(Kind.IDENTITY_PROVIDER):
            if isinstance(state.resource, IdentityProvider):
                yield state.resource

    def _is_due(self, place: str, missed: set[str]) -> bool:
        held, now = self._held.get(place), self._clock.monotonic()
        if held is None or held.tried_at is None:
            return True
        soon = place in missed or bool(held.problem)
        return now - held.tried_at >= (RETRY_SECONDS if soon else REFRESH_SECONDS)

    async def _renew(self, place: str) -> None:
        held, now = self._held.get(place, _Held()), self._clock.monotonic()
        try:
            keys = read_key_set(await asyncio.to_thread(self._fetch, place))
        except Exception as error:  # noqa: BLE001 - what strangers publish ends no server
            if not held.problem:
                _log.warning("provider_keys_missing", jwks_uri=place, error=str(error))
            self._held[place] = replace(held, tried_at=now, problem=_told(error))
            return
        if held.problem:
            _log.info("provider_keys_back", jwks_uri=place)
        self._held[place] = _Held(keys, now, now)


def _told(error: Exception) -> str:
    """What may be shown of it: the rest is the system's words, which are for the log."""
    if isinstance(error, PermissionError) and error.errno is None:
        return str(error)
    return "no keys can be had from there; the log of this server says why (provider_keys_missing)"

"""How long a secret is kept, and which are fetched at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from vexil.core.secret_location import Location
from vexil.core.value import SecretReference
from vexil.secrets.errors import SecretDenied

_LOCAL_TTL = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_EARLIEST, _LATEST = 0.7, 0.9


@dataclass(frozen=True, slots=True)
class Policy:
    """Times are in seconds.

    A secret counts as current for `ttl` after it was fetched; files and environment variables for 5 seconds
    at most. After 70 to 90 % of that it is fetched again in the background. When that fails, the old one is
    served for `stale` longer, and attempts follow after 1, 2, 4 … up to 60 seconds. What nobody has asked
    for during `idle` is forgotten.

    `allowed` are beginnings of references: whoever may write configuration chooses what readers fetch with
    their credentials, so name here what this one is for. Empty: all.
    """

    ttl: float = 300.0
    stale: float = 3600.0
    idle: float = 3600.0
    allowed: tuple[str, ...] = ()

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Self:
        """The defaults, with `allowed` from VEXIL_SECRETS_ALLOWED, a list with commas."""
        allowed = variables.get("VEXIL_SECRETS_ALLOWED", "")
        return cls(allowed=tuple(each.strip() for each in allowed.split(",") if each.strip()))

    def check(self, reference: SecretReference) -> None:
        """Raises SecretDenied when this reader is not for that."""
        if self.allowed and not reference.uri.startswith(self.allowed):
            raise SecretDenied("the setting refers to a secret that this reader's own list does not allow")

    def lifetime(self, location: Location) -> float:
        """Seconds for which a secret from there counts as current."""
        return min(self.ttl, _LOCAL_TTL) if location.keeper.is_local else self.ttl

    def refresh_after(self, lifetime: float, chance: float) -> float:
        """Seconds until it is fetched again; `chance` (0 ≤ x < 1) spreads the readers of one secret."""
        return lifetime * (_EARLIEST + (_LATEST - _EARLIEST) * chance)

    def pause(self, failures: int, chance: float) -> float:
        """Seconds until the next attempt after so many that failed."""
        return min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 10), _LONGEST_PAUSE) * (0.75 + chance / 2)

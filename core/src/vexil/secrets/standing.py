"""What is known of a secret at some moment."""

from dataclasses import dataclass, field, replace

from vexil.secrets.errors import SecretError, SecretUnavailable
from vexil.secrets.policy import Policy
from vexil.secrets.secret import Secret

_LONG_AGO = float("-inf")
_YOUNG = 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """Times are the resolver's clock.

    `secret` was fetched at `since`, counts as current until `current_until`, and may be served until
    `served_until` while fetching fails, the last time with `error`. The next attempt is due at `due`.
    """

    secret: Secret | None = None
    since: float = _LONG_AGO
    current_until: float = _LONG_AGO
    served_until: float = _LONG_AGO
    due: float = _LONG_AGO
    error: SecretError = field(default_factory=lambda: SecretUnavailable("the secret was not fetched yet"))
    failures: int = 0

    def current(self, now: float) -> Secret | None:
        """The secret, while it is current."""
        return self.secret if now < self.current_until else None

    def served(self, now: float) -> Secret | None:
        """The secret, as long as it may be served."""
        return self.secret if now < self.served_until else None

    def fetched(
        self, secret: Secret, now: float, lifetime: float, policy: Policy, chance: float
    ) -> "Standing":
        """After a success."""
        until = now + lifetime
        return Standing(
            secret, now, until, until + policy.stale, now + policy.refresh_after(lifetime, chance)
        )

    def failed(self, error: SecretError, now: float, policy: Policy, chance: float) -> "Standing":
        """After a failure: all else stays."""
        failures = self.failures + 1
        return replace(self, error=error, failures=failures, due=now + policy.pause(failures, chance))

    def doubted(self, now: float) -> "Standing":
        """After its use was refused: not current, and due at once unless fetching fails anyway.

        One that was fetched within the last second stays as it is: another would be the same.
        """
        if now - self.since < _YOUNG:
            return self
        return replace(self, current_until=_LONG_AGO, due=self.due if self.failures else _LONG_AGO)

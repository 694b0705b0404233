"""Service keys, as they are kept: without their secrets."""

from dataclasses import dataclass
from datetime import datetime

MAX_SECRETS = 2
"""While a key is rotated, the old secret and the new one."""


@dataclass(frozen=True, slots=True)
class KeySecret:
    """One secret of a key: the SHA-256 of the whole key text, in lower-case hexadecimal.

    `digest` is empty wherever the key is shown.
    """

    digest: str
    created_at: datetime
    expires_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it is to be accepted at that time."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key for a program; its id is the resource's key. What it may do is in the bindings of `key:<id>`.

    `secrets` is newest first; from `expires_at` on none of them is accepted.
    """

    secrets: tuple[KeySecret, ...]
    description: str = ""
    expires_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether any secret of it is to be accepted at that time."""
        return self.expires_at is None or now < self.expires_at

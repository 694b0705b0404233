"""Who somebody is, as far as the server knows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vexil.core.access.grants import Grants
from vexil.core.access.subject import Subject


class Means(StrEnum):
    """How a caller was recognised."""

    NONE = "none"
    SERVICE_KEY = "service-key"
    JWT = "jwt"
    PASSWORD = "password"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a credential proves: who its holder is, and in which groups; until `expires_at` (None: no end)."""

    means: Means
    subject: Subject
    groups: tuple[Subject, ...] = ()
    expires_at: datetime | None = None

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """All that bindings may name: the holder itself, and its groups."""
        return (self.subject, *self.groups)


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller. `principal` is the name that its commits, streams and log lines carry.

    Good until `expires_at` (None: no end), where both the credential and the permissions count, and until
    permissions change.
    """

    principal: str
    grants: Grants
    means: Means = Means.NONE
    expires_at: datetime | None = None

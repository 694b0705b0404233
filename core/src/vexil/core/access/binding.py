"""Giving a role to someone."""

from dataclasses import dataclass
from datetime import datetime

from vexil.core.access.scope import Scope


@dataclass(frozen=True, slots=True)
class RoleBinding:
    """Lets a subject do what the role allows, in the scope, until it expires (None: never).

    `subject` is text as `Subject` reads it. A role that does not exist allows nothing.
    """

    subject: str
    role: str
    scope: Scope
    expires_at: datetime | None = None
    description: str = ""

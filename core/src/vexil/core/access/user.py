"""People who log in with a password, and their sessions, as they are kept."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with a password; the name is the resource's key, and the subject is `user:<name>`.

    `password` is its Argon2id hash as a PHC string, `invitation` the SHA-256 of what signs up once, until
    `invited_until`. Both are empty where there is none, and wherever the user is shown.
    """

    password: str = ""
    invitation: str = ""
    invited_until: datetime | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """What a log-in began, until `expires_at`; its id is the resource's key.

    `access` and `refresh` are the SHA-256 of its two tokens in lower-case hexadecimal, the first of which is
    good until `access_expires_at`; `family` that of what all refresh tokens of the session have in common, by
    which one that was used before is known. All are empty wherever the session is shown.
    """

    user: str
    access: str
    access_expires_at: datetime
    refresh: str
    expires_at: datetime
    family: str = ""

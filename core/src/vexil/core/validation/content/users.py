"""Checks of users and sessions; `proto/vexil/v1/access.proto` gives each limit."""

import re
from collections.abc import Iterator

from vexil.core.access.user import Session, User
from vexil.core.validation import limits
from vexil.core.validation.content.texts import check_form, check_length
from vexil.core.validation.findings import Finding

_DIGEST = re.compile(r"([0-9a-f]{64})?")
_PASSWORD = re.compile(r"(\$argon2id\$[!-~]{1,500})?")


def check_user(user: User) -> Iterator[Finding]:
    """A user as it is stored."""
    # Neither is quoted where it is wrong: it could be the secret itself.
    if _PASSWORD.fullmatch(user.password) is None:
        yield Finding("password", "must be an Argon2id hash as a PHC string")
    yield from _check_digest("invitation", user.invitation)
    if user.invited_until is not None and user.invited_until.tzinfo is None:
        yield Finding("invited_until", "must be a time with an offset")
    yield from check_length("description", user.description, limits.MAX_DESCRIPTION)


def check_session(session: Session) -> Iterator[Finding]:
    """A session as it is stored."""
    yield from check_form("user", session.user, limits.KEY, "the name of a user")
    for name in ("access", "refresh", "family"):
        yield from _check_digest(name, getattr(session, name))
    for name in ("access_expires_at", "expires_at"):
        if getattr(session, name).tzinfo is None:
            yield Finding(name, "must be a time with an offset")


def _check_digest(field: str, digest: str) -> Iterator[Finding]:
    if _DIGEST.fullmatch(digest) is None:
        yield Finding(field, "must be a SHA-256 in lower-case hexadecimal")

"""Whether the access token of a session is one that is accepted."""

from hmac import compare_digest

from vexil.core.access.identity import Means, Proof
from vexil.core.access.subject import Subject, SubjectKind
from vexil.core.access.user import Session
from vexil.core.errors import Unauthenticated
from vexil.core.resource import Kind
from vexil.server.access.directory import AccessDirectory
from vexil.server.clock import Clock
from vexil.server.identity.users.texts import ACCESS, SecretText

_NO_DIGEST = "0" * 64


class SessionCheck:
    """Accepts access tokens, as the subject `user:<name>`."""

    def __init__(self, directory: AccessDirectory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def accept(self, text: str) -> Proof:
        """Raises Unauthenticated for a token that is malformed, unknown, wrong or over; not saying which."""
        given = SecretText.parse(ACCESS, text)
        if given is None:
            raise _refused()
        permissions = self._directory.current
        state = permissions.state(Kind.SESSION, given.id)
        session = state.resource if state is not None else None
        known = session.access if isinstance(session, Session) else _NO_DIGEST
        if not compare_digest(known, given.digest) or not isinstance(session, Session):
            raise _refused()
        over = self._clock.now() >= min(session.access_expires_at, session.expires_at)
        if over or permissions.state(Kind.USER, session.user) is None:
            raise _refused()
        return Proof(
            Means.PASSWORD, Subject(SubjectKind.USER, session.user), expires_at=session.access_expires_at
        )


def _refused() -> Unauthenticated:
    return Unauthenticated("the session is over, or the token is none: log in again (`vexil login`)")

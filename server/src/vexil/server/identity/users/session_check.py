"""Whether the access token of a session is one that is accepted."""

from hmac import compare_digest

from vexil.core.access.identity import Means, Proof
from vexil.core.access.subject import Subject, SubjectKind
from vexil.core.access.user import Session
from vexil.core.resource import Kind
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.refusal import CredentialRefused
from vexil.server.clock import Clock
from vexil.server.identity.users.texts import ACCESS, SecretText

_NO_DIGEST = "0" * 64


class SessionCheck:
    """Accepts access tokens, as the subject `user:<name>`."""

    def __init__(self, directory: AccessDirectory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def accept(self, text: str) -> Proof:
        """Raises CredentialRefused for a token that is malformed, unknown, wrong or over."""
        given = SecretText.parse(ACCESS, text)
        if given is None:
            raise _refused("an access token that is malformed")
        permissions = self._directory.current
        state = permissions.state(Kind.SESSION, given.id)
        session = state.resource if state is not None else None
        known = session.access if isinstance(session, Session) else _NO_DIGEST
        fits = compare_digest(known, given.digest)
        if not isinstance(session, Session):
            raise _refused("an access token of no session, or of one that has ended")
        if not fits:
            raise _refused(f"an access token that is not, or no longer, that of a session of {session.user}")
        if self._clock.now() >= min(session.access_expires_at, session.expires_at):
            raise _refused(f"an access token of {session.user} has expired")
        if permissions.state(Kind.USER, session.user) is None:
            raise _refused(f"the user {session.user} was deleted")
        return Proof(
            Means.PASSWORD, Subject(SubjectKind.USER, session.user), expires_at=session.access_expires_at
        )


def _refused(why: str) -> CredentialRefused:
    return CredentialRefused("the session is over, or the token is none: log in again (`vexil login`)", why)

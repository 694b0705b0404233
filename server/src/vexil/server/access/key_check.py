"""Whether a service key is one that is accepted."""

from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.subject import Subject, SubjectKind
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.key_text import KeyText
from vexil.server.access.key_uses import KeyUses
from vexil.server.access.refusal import CredentialRefused
from vexil.server.clock import Clock

_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True)
class AcceptedKey:
    """Whose key it is, and when it ends (None: never)."""

    subject: Subject
    expires_at: datetime | None


class KeyCheck:
    """Accepts service keys."""

    def __init__(self, directory: AccessDirectory, uses: KeyUses, clock: Clock) -> None:
        self._directory = directory
        self._uses = uses
        self._clock = clock

    def accept(self, text: str) -> AcceptedKey:
        """Raises CredentialRefused for a key that is malformed, unknown, revoked, wrong or expired.

        Its caller is not told which, and an unknown key takes as long as a wrong secret.
        """
        now = self._clock.now()
        given = KeyText.parse(text)
        if given is None:
            raise _refused("a service key that is malformed")
        key = self._directory.current.key(given.id)
        digest = given.digest
        # All are compared, so that the time does not tell which one it was.
        stored = key.secrets if key is not None else (KeySecret(_NO_DIGEST, now),)
        matching = [secret for secret in stored if compare_digest(secret.digest, digest)]
        if key is None:
            raise _refused("a service key that never was, or was revoked")
        if not matching:
            raise _refused(f"the service key {given.id} has another secret")
        if not key.is_valid(now):
            raise _refused(f"the service key {given.id} has expired")
        if not matching[0].is_valid(now):
            raise _refused(f"the service key {given.id} was rotated, and the overlap is over")
        self._uses.note(given.id, now)
        return AcceptedKey(Subject(SubjectKind.KEY, given.id), _end_of(key, matching[0]))


def _end_of(key: ServiceKey, secret: KeySecret) -> datetime | None:
    return min((end for end in (key.expires_at, secret.expires_at) if end is not None), default=None)


def _refused(why: str) -> CredentialRefused:
    return CredentialRefused("the service key is not valid", why)

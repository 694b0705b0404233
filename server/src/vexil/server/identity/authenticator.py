"""Authentication: who calls is proven, or nobody is let in."""

import secrets
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b

from vexil.core.access.identity import Identity, Means, Proof
from vexil.core.errors import Unavailable
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.key_check import KeyCheck
from vexil.server.access.key_text import PREFIX
from vexil.server.access.refusal import CredentialRefused
from vexil.server.clock import Clock
from vexil.server.identity.bearer import bearer_token, single
from vexil.server.identity.certificates import CertificateCheck
from vexil.server.identity.credentials import Credentials
from vexil.server.identity.recognised import Recognised
from vexil.server.identity.remembered import Remembered
from vexil.server.identity.token_check import TokenCheck
from vexil.server.identity.users.session_check import SessionCheck
from vexil.server.identity.users.texts import ACCESS

REMEMBERED_SECONDS = 60.0
"""After that a credential is looked at anew, even if nothing seems to have changed."""

REFUSED_SECONDS = 5.0
"""How long a refusal is remembered, so that a caller that keeps trying costs little."""

_KEY = secrets.token_bytes(32)
_MOST_IDENTITIES = 10_000
_MOST_REFUSALS = 10_000


class Authenticator:
    """Finds out who calls: recognises service keys, tokens of identity providers, and client certificates.

    A bearer token, where there is one, says who calls; the certificate of the connection may then be that of
    a proxy. A token that is refused is not made up for by a certificate. Answers hold until permissions
    change, their credential ends, or 60 seconds are over. They are found by the credential itself, which
    costs a third of finding them by a digest; what is refused, which anybody may send, by a short one. A
    connection that shows the same again has its answer at hand.
    """

    def __init__(
        self,
        directory: AccessDirectory,
        keys: KeyCheck,
        tokens: TokenCheck,
        clock: Clock,
        loaded: Callable[[], bool],
    ) -> None:
        """`loaded` tells whether everything that the store holds is in memory."""
        self._directory = directory
        self._keys = keys
        self._tokens = tokens
        self._sessions = SessionCheck(directory, clock)
        self._certificates = CertificateCheck(clock)
        self._clock = clock
        self._monotonic = clock.monotonic
        self._loaded = loaded
        # A header is text and a certificate is bytes: the one is never looked up for the other.
        self._identities: Remembered[str | bytes, Recognised] = Remembered(_MOST_IDENTITIES)
        self._refusals: Remembered[bytes, tuple[str, str]] = Remembered(_MOST_REFUSALS)

    def authenticate(self, credentials: Credentials) -> Identity:
        """The caller, as of now. Raises CredentialRefused and Unavailable."""
        known = credentials.remembered
        if (
            known is None
            or known.permissions is not self._directory.current
            or self._monotonic() >= known.until
        ):
            known = self._recognised(credentials)
            credentials.remember(known)
        return known.identity

    def _recognised(self, credentials: Credentials) -> Recognised:
        headers = credentials.authorization
        shown = single(headers) if headers else credentials.certificate
        if shown is None:
            raise CredentialRefused(
                "this server asks who calls: send `authorization: Bearer <key or token>` (VEXIL_TOKEN)",
                "no credential",
            )
        known = self._identities.get(shown, self._directory.current, self._monotonic())
        return known if known is not None else self._recognise(shown)

    def _recognise(self, shown: str | bytes) -> Recognised:
        # Read before anything is worked out: what changes meanwhile makes the answer an old one.
        permissions, monotonic = self._directory.current, self._clock.monotonic()
        if not self._loaded():
            raise Unavailable("the server is still loading who may do what", retry_after=1.0)
        refused = _digest(shown)
        refusal = self._refusals.get(refused, permissions, monotonic)
        if refusal is not None:
            raise CredentialRefused(*refusal)
        try:
            proof = self._proof(shown)
        except CredentialRefused as error:
            until = monotonic + REFUSED_SECONDS
            self._refusals.put(refused, (error.message, error.why), permissions, until)
            raise
        now = self._clock.now()
        grants = permissions.grants(proof.subjects, now)
        ends = [end for end in (proof.expires_at, grants.expires_at) if end is not None]
        identity = Identity(str(proof.subject), grants, proof.means, min(ends, default=None))
        until = monotonic + min(REMEMBERED_SECONDS, _seconds_left(identity.expires_at, now))
        recognised = Recognised(identity, permissions, until)
        self._identities.put(shown, recognised, permissions, until)
        return recognised

    def _proof(self, shown: str | bytes) -> Proof:
        if isinstance(shown, bytes):
            return self._certificates.accept(shown)
        token = bearer_token(shown)
        if token.startswith(ACCESS):
            return self._sessions.accept(token)
        if not token.startswith(PREFIX):
            return self._tokens.accept(token)
        accepted = self._keys.accept(token)
        return Proof(Means.SERVICE_KEY, accepted.subject, expires_at=accepted.expires_at)


def _digest(shown: str | bytes) -> bytes:
    data = shown if isinstance(shown, bytes) else shown.encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=16, key=_KEY, person=type(shown).__name__.encode()).digest()


def _seconds_left(end: datetime | None, now: datetime) -> float:
    return REMEMBERED_SECONDS if end is None else (end - now).total_seconds()

"""JSON Web Tokens of identity providers (RFC 7519, RFC 8725, OpenID Connect Core §3.1.3.7)."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from vexil.core.access.identity import Means, Proof
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.access.subject import Subject, SubjectKind
from vexil.core.resource import Kind
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.refusal import CredentialRefused
from vexil.server.clock import Clock
from vexil.server.identity.key_sets import KeySets

_TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""What `typ` may be: the same keys sign log-out tokens and events, which prove nothing about a caller."""

_MOST_GROUPS = 200
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""What ends later can't be a time, once a skew is added."""


class TokenCheck:
    """Accepts tokens of the identity providers, as the subject `oidc:<provider>/<sub>`."""

    def __init__(self, directory: AccessDirectory, keys: KeySets, clock: Clock) -> None:
        self._directory = directory
        self._keys = keys
        self._clock = clock

    def accept(self, token: str) -> Proof:
        """Raises CredentialRefused, and Unavailable while the provider's keys are not here."""
        header, claims = _unverified(token)
        issuer = claims.get("iss")
        refusals = []
        for name, provider in self._providers(issuer):
            why = self._why_not(token, header, provider)
            if why is None:
                why = _why_not_now(claims, provider, self._clock.now())
            if why is None:
                return _proof(name, provider, claims)
            refusals.append(f"a token of {name}: {why}")
        raise CredentialRefused(
            "the token is not accepted: get a new one, for an audience and from an issuer known here",
            "; ".join(refusals) or "a token whose issuer is that of no identity provider",
        )

    def _providers(self, issuer: Any) -> Iterator[tuple[str, IdentityProvider]]:
        for state in self._directory.current.states(Kind.IDENTITY_PROVIDER):
            if isinstance(state.resource, IdentityProvider) and state.resource.issuer == issuer:
                yield state.id.key, state.resource

    def _why_not(self, token: str, header: Mapping[str, Any], provider: IdentityProvider) -> str | None:
        """What is wrong with its signature; None: nothing."""
        algorithm = header.get("alg")
        if algorithm not in provider.algorithms:
            return "its algorithm is none of the provider's"
        if str(header.get("typ", "jwt")).lower() not in _TYPES:
            return "it is not a token about a caller"
        # Only ids count: keys and places of keys that a token names itself prove nothing.
        key = self._keys.key(provider, str(header.get("kid", "")))
        if key is None:
            return "its key is none that its issuer publishes"
        if not key.fits(algorithm):
            return "its key is not for its algorithm"
        try:
            jwt.PyJWS().decode_complete(token, key.key, [algorithm])
        except (jwt.PyJWTError, ValueError, TypeError):
            return "its signature is wrong"
        return None


def _unverified(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims as they are written: true only after the signature was verified."""
    try:
        parsed = jwt.PyJWS().decode_complete(token, options={"verify_signature": False})
        claims = json.loads(parsed["payload"])
        if isinstance(claims, dict):
            return parsed["header"], claims
    except (jwt.PyJWTError, ValueError, RecursionError):
        pass
    raise CredentialRefused(
        "the authorization header holds neither a service key nor a JSON Web Token",
        "no token of any known form",
    )


def _why_not_now(claims: Mapping[str, Any], provider: IdentityProvider, now: datetime) -> str | None:
    """What is wrong with what it says; None: nothing."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if not any(each in provider.audiences for each in audiences if isinstance(each, str)):
        return "it is for another audience"
    moment = now.timestamp()
    expires = _number(claims.get("exp"))
    if expires is None or moment >= expires + provider.skew:
        return "it has expired, or does not say when it does"
    for name in ("nbf", "iat"):
        starts = _number(claims[name]) if name in claims else 0.0
        if starts is None or moment < starts - provider.skew:
            return f"it is not valid yet: {name}"
    return None


def _proof(name: str, provider: IdentityProvider, claims: Mapping[str, Any]) -> Proof:
    try:
        subject = Subject.parse(f"{SubjectKind.OIDC}:{name}/{_text(claims.get('sub'))}")
    except ValueError:
        raise CredentialRefused(
            "the token names nobody: its `sub` can't be used", f"a token of {name}: its `sub` can't be used"
        ) from None
    expires = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=provider.skew)
    return Proof(Means.JWT, subject, tuple(_groups(name, provider, claims)), expires)


def _groups(name: str, provider: IdentityProvider, claims: Mapping[str, Any]) -> Iterator[Subject]:
    if not provider.groups_claim:
        return
    listed = claims.get(provider.groups_claim, [])
    for group in (listed if isinstance(listed, list) else [listed])[:_MOST_GROUPS]:
        try:
            yield Subject.parse(f"{SubjectKind.OIDC_GROUP}:{name}/{_text(group)}")
        except ValueError:
            continue  # a group that no binding can name


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    """Seconds since 1970, of this era; None: the value is none."""
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LATEST
    return float(value) if usable else None

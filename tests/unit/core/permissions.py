"""Permissions at the limits of the contract, and beyond them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from vexil.core.access.binding import RoleBinding
from vexil.core.access.identity_provider import ALGORITHMS, IdentityProvider
from vexil.core.access.role import Role
from vexil.core.access.scope import Scope
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.user import Session, User
from vexil.core.access.verb import Verb
from vexil.core.resource import Resource

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = "0" * 64
NAMES = tuple(f"n{index}" for index in range(65))
SECRET = KeySecret(DIGEST, NOW)
SESSION = Session("ada", DIGEST, NOW, DIGEST, NOW, DIGEST)
BINDING = RoleBinding("key:0a1b", "viewer", Scope.everything())
PROVIDER = IdentityProvider("https://login.example.org/", ("vexil",), "https://login.example.org/keys")


def _in(**members: Any) -> RoleBinding:
    return replace(BINDING, scope=Scope(**members))


def _provider(**members: Any) -> IdentityProvider:
    return replace(PROVIDER, **members)


AT_LIMITS: Sequence[Resource] = [
    Role(()),
    Role(tuple(Verb), "x" * 4096),
    BINDING,
    replace(BINDING, subject="oidc-group:corp/" + "x" * 507, role="x" * 256, expires_at=NOW),
    _in(),
    _in(namespaces=NAMES[:64], environments=NAMES[:64], key_prefixes=NAMES[:64], kinds=NAMES[:64]),
    _in(key_prefixes=("x" * 256,), kinds=("kind_of_a_newer_release",)),
    ServiceKey((SECRET,)),
    ServiceKey((SECRET, replace(SECRET, expires_at=NOW)), "x" * 4096, NOW),
    PROVIDER,
    _provider(audiences=("x" * 256,) * 32, algorithms=ALGORITHMS, groups_claim="x" * 256, skew=300.0),
    _provider(issuer="https://" + "x" * 2040, jwks_uri="https://" + "x" * 2040, skew=0.0),
    User(),
    User("$argon2id$" + "x" * 500, DIGEST, NOW, "x" * 4096),
    SESSION,
    replace(SESSION, user="x" * 256, access="", refresh="", family=""),
]
"""Every one is valid."""

BEYOND: Sequence[tuple[Resource, str, str]] = [
    (Role((), "x" * 4097), "description", "at most 4096"),
    (Role((Verb.READ, Verb.READ)), "verbs", "2 times"),
    (replace(BINDING, subject="ada"), "subject", "must be one of key:…"),
    (replace(BINDING, subject="user:"), "subject", "must have a name"),
    (replace(BINDING, role="*"), "role", "must be the name of a role"),
    (replace(BINDING, expires_at=NOW.replace(tzinfo=None)), "expires_at", "a time with an offset"),
    (replace(BINDING, description="x" * 4097), "description", "at most 4096"),
    (_in(namespaces=NAMES), "scope.namespaces", "at most 64"),
    (_in(environments=NAMES), "scope.environments", "at most 64"),
    (_in(key_prefixes=NAMES), "scope.key_prefixes", "at most 64"),
    (_in(kinds=NAMES), "scope.kinds", "at most 64"),
    (_in(namespaces=("*", "shop")), "scope.namespaces", "stands alone"),
    (_in(namespaces=("sh*",)), "scope.namespaces[0]", "must be the name of a namespace"),
    (_in(environments=("",)), "scope.environments[0]", "must be the name of an environment"),
    (_in(key_prefixes=("",)), "scope.key_prefixes[0]", "must be what a key can begin with"),
    (_in(key_prefixes=("a*",)), "scope.key_prefixes[0]", "must be what a key can begin with"),
    (_in(kinds=("Setting",)), "scope.kinds[0]", "must be the name of a kind"),
    (ServiceKey(()), "secrets", "must not be empty"),
    (ServiceKey((SECRET,) * 3), "secrets", "at most 2"),
    (ServiceKey((replace(SECRET, digest=""),)), "secrets[0].digest", "must be a SHA-256"),
    (ServiceKey((replace(SECRET, digest="0" * 63 + "G"),)), "secrets[0].digest", "must be a SHA-256"),
    (ServiceKey((SECRET,), "x" * 4097), "description", "at most 4096"),
    (_provider(issuer="http://login.example.org/"), "issuer", "must be an https URL"),
    (_provider(issuer="https://" + "x" * 2041), "issuer", "at most 2048"),
    (_provider(jwks_uri="file:///etc/passwd"), "jwks_uri", "must be an https URL"),
    (_provider(audiences=()), "audiences", "must not be empty"),
    (_provider(audiences=("a",) * 33), "audiences", "at most 32"),
    (_provider(algorithms=()), "algorithms", "must not be empty"),
    (_provider(algorithms=("none",)), "algorithms[0]", "must be one of RS256"),
    (_provider(algorithms=("HS256",)), "algorithms[0]", "must be one of RS256"),
    (_provider(groups_claim="x" * 257), "groups_claim", "at most 256"),
    (_provider(skew=300.5), "skew", "must be from 0 to 300"),
    (User("correct horse battery"), "password", "must be an Argon2id hash"),
    (User("$argon2id$" + "x" * 501), "password", "must be an Argon2id hash"),
    (User("$argon2i$x"), "password", "must be an Argon2id hash"),
    (User(invitation="vxi_0"), "invitation", "must be a SHA-256"),
    (User(invited_until=NOW.replace(tzinfo=None)), "invited_until", "a time with an offset"),
    (User(description="x" * 4097), "description", "at most 4096"),
    (replace(SESSION, user=""), "user", "must be the name of a user"),
    (replace(SESSION, access="x"), "access", "must be a SHA-256"),
    (replace(SESSION, refresh=DIGEST.upper() + "A"), "refresh", "must be a SHA-256"),
    (replace(SESSION, family="0"), "family", "must be a SHA-256"),
    (replace(SESSION, expires_at=NOW.replace(tzinfo=None)), "expires_at", "a time with an offset"),
]
"""Content, the field at fault, and a part of what is said about it."""

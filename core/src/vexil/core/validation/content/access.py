"""Checks of permissions; `proto/vexil/v1/access.proto` gives each limit."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from vexil.core.access.binding import RoleBinding
from vexil.core.access.identity_provider import ALGORITHMS, MAX_SKEW, IdentityProvider
from vexil.core.access.role import BUILT_IN, Role
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.service_key import MAX_SECRETS, ServiceKey
from vexil.core.access.subject import Subject
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.resource import Kind
from vexil.core.validation import limits
from vexil.core.validation.content.texts import (
    check_count,
    check_form,
    check_length,
    check_range,
    check_size,
    check_unique,
    shown,
)
from vexil.core.validation.findings import Finding, inside

_KIND_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HTTPS = re.compile(r"https://[^\s]+")


def check_namespace_of(kind: Kind, namespace: str) -> Iterator[Finding]:
    """That permissions are in their own namespace, and nothing else is."""
    if namespace != SYSTEM_NAMESPACE and kind.of_access:
        name = kind.name.lower()
        yield Finding("", f"a {name} belongs in the namespace {SYSTEM_NAMESPACE!r}, not in {namespace!r}")
    elif namespace == SYSTEM_NAMESPACE and not (kind.of_access or kind is Kind.NAMESPACE):
        yield Finding(
            "", f"the namespace {SYSTEM_NAMESPACE!r} holds permissions only, not a {kind.name.lower()}"
        )


def check_role_name(name: str) -> Iterator[Finding]:
    """A custom role's name."""
    if name in BUILT_IN:
        yield Finding("key", f"the role {name!r} is built in; give yours another name")


def check_role(role: Role) -> Iterator[Finding]:
    """A custom role."""
    yield from check_length("description", role.description, limits.MAX_DESCRIPTION)
    yield from check_count("verbs", role.verbs, limits.MAX_VERBS)
    yield from check_unique("verbs", role.verbs)


def check_binding(binding: RoleBinding) -> Iterator[Finding]:
    """A binding by itself; whether its role exists is not seen here."""
    try:
        Subject.parse(binding.subject)
    except ValueError as error:
        yield Finding("subject", f"{error}, not {shown(binding.subject)}")
    yield from check_form("role", binding.role, limits.KEY, "the name of a role")
    yield from inside("scope", check_scope(binding.scope))
    yield from _check_time("expires_at", binding.expires_at)
    yield from check_length("description", binding.description, limits.MAX_DESCRIPTION)


def check_scope(scope: Scope) -> Iterator[Finding]:
    """The forms of a scope's members."""
    yield from _check_names("namespaces", scope.namespaces, limits.LABEL, "the name of a namespace")
    yield from _check_names("environments", scope.environments, limits.LABEL, "the name of an environment")
    yield from _check_names("key_prefixes", scope.key_prefixes, limits.KEY, "what a key can begin with")
    yield from _check_names("kinds", scope.kinds, _KIND_NAME, "the name of a kind, such as setting")


def check_service_key(key: ServiceKey) -> Iterator[Finding]:
    """A service key as it is stored."""
    yield from check_length("description", key.description, limits.MAX_DESCRIPTION)
    yield from check_count("secrets", key.secrets, MAX_SECRETS, 1)
    for index, secret in enumerate(key.secrets):
        place = f"secrets[{index}]"
        # Not quoted where it is wrong: it could be the secret itself.
        if _DIGEST.fullmatch(secret.digest) is None:
            yield Finding(f"{place}.digest", "must be a SHA-256 in lower-case hexadecimal")
        yield from _check_time(f"{place}.created_at", secret.created_at)
        yield from _check_time(f"{place}.expires_at", secret.expires_at)
    yield from _check_time("expires_at", key.expires_at)


def check_identity_provider(provider: IdentityProvider) -> Iterator[Finding]:
    """An issuer of tokens."""
    for name in ("issuer", "jwks_uri"):
        url = getattr(provider, name)
        yield from check_size(name, url, limits.MAX_URI_BYTES)
        yield from check_form(name, url, _HTTPS, "an https URL")
    yield from check_count("audiences", provider.audiences, limits.MAX_AUDIENCES, 1)
    for index, audience in enumerate(provider.audiences):
        yield from check_length(f"audiences[{index}]", audience, limits.MAX_AUDIENCE, 1)
    yield from check_count("algorithms", provider.algorithms, len(ALGORITHMS), 1)
    yield from check_unique("algorithms", provider.algorithms)
    for index, algorithm in enumerate(provider.algorithms):
        if algorithm not in ALGORITHMS:
            known = ", ".join(ALGORITHMS)
            yield Finding(f"algorithms[{index}]", f"must be one of {known}, not {shown(algorithm)}")
    yield from check_length("groups_claim", provider.groups_claim, limits.MAX_CLAIM)
    yield from check_range("skew", provider.skew, 0, MAX_SKEW)
    yield from check_length("description", provider.description, limits.MAX_DESCRIPTION)


def _check_names(field: str, names: Sequence[str], form: re.Pattern[str], wanted: str) -> Iterator[Finding]:
    yield from check_count(field, names, limits.MAX_SCOPE_NAMES)
    if ALL in names and len(names) > 1:
        yield Finding(field, f"{ALL!r} stands alone")
    for index, name in enumerate(names):
        if name != ALL:
            yield from check_form(f"{field}[{index}]", name, form, f"{wanted}, or {ALL!r}")


def _check_time(field: str, time: datetime | None) -> Iterator[Finding]:
    if time is not None and time.tzinfo is None:
        yield Finding(field, "must be a time with an offset")

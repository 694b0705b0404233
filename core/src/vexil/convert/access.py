"""Permissions: `vexil.core.access` and `vexil/v1/access.proto`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vexil.convert.codec import Codec, Enumeration, Functions
from vexil.convert.records import Record
from vexil.convert.wellknown import DURATION, TIMESTAMP
from vexil.core.access.binding import RoleBinding
from vexil.core.access.identity_provider import IdentityProvider
from vexil.core.access.role import Role
from vexil.core.access.scope import Scope
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.user import Session, User
from vexil.core.access.verb import Verb
from vexil.v1 import access_pb2 as wire

VERBS: Enumeration[Verb] = Enumeration(Verb, wire.Verb, "VERB")

SCOPE = Record(Scope, wire.Scope)
ROLE = Record(Role, wire.Role, verbs=VERBS)
ROLE_BINDING = Record(RoleBinding, wire.RoleBinding, scope=SCOPE, expires_at=TIMESTAMP)
IDENTITY_PROVIDER = Record(IdentityProvider, wire.IdentityProvider, skew=DURATION)

_STORED_USER = Record(User, wire.User, invited_until=TIMESTAMP)
_STORED_SESSION = Record(Session, wire.Session, access_expires_at=TIMESTAMP, expires_at=TIMESTAMP)
_SECRET = Record(KeySecret, wire.KeySecret, created_at=TIMESTAMP, expires_at=TIMESTAMP)
STORED_SERVICE_KEY = Record(ServiceKey, wire.ServiceKey, secrets=_SECRET, expires_at=TIMESTAMP)
"""A service key for the store, with the digests of its secrets."""


def _fill_user(message: Any, user: User) -> None:
    _STORED_USER.fill(message, replace(user, password="", invitation=""))


def _fill_session(message: Any, session: Session) -> None:
    _STORED_SESSION.fill(message, replace(session, access="", refresh="", family=""))


def _fill_without_digests(message: Any, key: ServiceKey) -> None:
    shown = tuple(replace(secret, digest="") for secret in key.secrets)
    STORED_SERVICE_KEY.fill(message, replace(key, secrets=shown))


SERVICE_KEY = Functions(STORED_SERVICE_KEY.read, _fill_without_digests)
"""A service key for anybody else."""

STORED: Mapping[type, Codec] = {
    ServiceKey: STORED_SERVICE_KEY,
    User: _STORED_USER,
    Session: _STORED_SESSION,
}
"""Of the kinds with secrets, for the store: with what proves them."""

SHOWN: Mapping[type, Codec] = {
    ServiceKey: SERVICE_KEY,
    User: Functions(_STORED_USER.read, _fill_user),
    Session: Functions(_STORED_SESSION.read, _fill_session),
}
"""The same for anybody else."""

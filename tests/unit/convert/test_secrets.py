"""What never leaves the server."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import pytest
from google.protobuf.message import Message

from vexil.convert.changes import requested_change_from_proto, requested_change_to_proto
from vexil.convert.resources import (
    change_to_proto,
    commit_from_proto,
    commit_to_proto,
    id_to_proto,
    resource_from_proto,
    resource_to_proto,
    state_to_proto,
)
from vexil.convert.settings import CONDITION
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.user import Session, User
from vexil.core.change import Put
from vexil.core.errors import InvalidRequest
from vexil.core.resource import (
    KIND_OF,
    Commit,
    Resource,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.core.setting import Constraints, Definition, Setting
from vexil.core.value import Encrypted, Redacted, Value, ValueType
from vexil.v1 import admin_service_pb2, setting_pb2, value_pb2

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = "ab" * 32
FINGERPRINT = "cd" * 16
KEY = ServiceKey((KeySecret(DIGEST, NOW), KeySecret(DIGEST, NOW)), "for tests")
USER = User("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$" + DIGEST, DIGEST, NOW)
SESSION = Session("ada", DIGEST, NOW, DIGEST, NOW, DIGEST)


def ways_out(name: str, resource: Resource) -> Mapping[str, Callable[..., Message]]:
    """How a resource gets out, by what is said of it."""
    id = ResourceId(KIND_OF[type(resource)], "", "0a1b")
    state = ResourceState(id, resource, Version(1), Revision(2), Revision(2), NOW)
    return {
        f"{name} as a resource": partial(resource_to_proto, resource),
        f"{name} as a state": partial(state_to_proto, state),
        f"{name} as a change": partial(change_to_proto, state),
        f"{name} in a commit": partial(commit_to_proto, Commit("vexil-access", Revision(2), (state,), NOW)),
    }


WAYS_OUT = {**ways_out("key", KEY), **ways_out("user", USER), **ways_out("session", SESSION)}


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT)
def test_digests_are_stored_and_never_shown(way: Callable[..., Message]) -> None:
    shown = way().SerializeToString()
    assert DIGEST.encode() not in shown
    assert b"argon2" not in shown
    assert way(stored=True).SerializeToString().count(DIGEST.encode()) >= 2


def encrypted(value_type: ValueType) -> Value:
    return Value(value_type, Encrypted("a key", b"wrapped", b"nonce", DIGEST.encode(), FINGERPRINT))


def redacted(value_type: ValueType) -> Value:
    return Value(value_type, Redacted(FINGERPRINT))


HOLDERS: Mapping[str, tuple[Resource, Resource]] = {
    "a setting": (Setting(value=encrypted(ValueType.INT)), Setting(value=redacted(ValueType.INT))),
    "a flag": (
        Setting(variants={"on": encrypted(ValueType.JSON)}, serve="on"),
        Setting(variants={"on": redacted(ValueType.JSON)}, serve="on"),
    ),
    "a definition": (
        Definition(
            ValueType.BOOL,
            constraints=Constraints(allowed=(encrypted(ValueType.BOOL),)),
            default=encrypted(ValueType.BOOL),
        ),
        Definition(
            ValueType.BOOL,
            constraints=Constraints(allowed=(redacted(ValueType.BOOL),)),
            default=redacted(ValueType.BOOL),
        ),
    ),
}


@pytest.mark.parametrize(("stored", "shown"), HOLDERS.values(), ids=HOLDERS)
def test_what_is_encrypted_is_stored_and_not_shown(stored: Resource, shown: Resource) -> None:
    assert resource_from_proto(resource_to_proto(stored, stored=True), stored=True) == stored

    id = ResourceId(KIND_OF[type(stored)], "", "token")
    state = ResourceState(id, stored, Version(1), Revision(2), Revision(2), NOW)
    commit = Commit("shop", Revision(2), (state,), NOW)
    assert commit_from_proto(commit_to_proto(commit, stored=True)) == commit

    message = resource_to_proto(stored)
    assert DIGEST.encode() not in message.SerializeToString()
    assert resource_from_proto(message, stored=True) == shown


@pytest.mark.parametrize(("stored", "shown"), HOLDERS.values(), ids=HOLDERS)
def test_what_is_not_shown_may_come_back_and_ciphertext_may_not(stored: Resource, shown: Resource) -> None:
    id = ResourceId(KIND_OF[type(stored)], "prod" if isinstance(stored, Setting) else "", "token")
    put = Put(id, shown)
    assert requested_change_from_proto(requested_change_to_proto(put)) == put
    message = admin_service_pb2.Change(id=id_to_proto(id), put=resource_to_proto(stored, stored=True))

    with pytest.raises(InvalidRequest) as refused:
        requested_change_from_proto(message)

    assert refused.value.violations[0].field.endswith("encrypted")


def test_an_operand_is_never_one_that_is_not_shown() -> None:
    message = setting_pb2.Condition()
    message.match.attribute, message.match.operator = "plan", setting_pb2.OPERATOR_EQUALS
    message.match.operands.add().redacted.type = value_pb2.VALUE_TYPE_STRING

    with pytest.raises(InvalidRequest) as refused:
        CONDITION.read(message)

    assert refused.value.violations[0].field.endswith("redacted")

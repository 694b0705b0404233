"""What never leaves the server."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import pytest
from google.protobuf.message import Message

from vexil.convert.resources import change_to_proto, commit_to_proto, resource_to_proto, state_to_proto
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.access.user import Session, User
from vexil.core.resource import KIND_OF, Commit, Resource, ResourceId, ResourceState, Revision, Version

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = "ab" * 32
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

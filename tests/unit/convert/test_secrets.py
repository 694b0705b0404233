"""What never leaves the server."""

from datetime import UTC, datetime
from functools import partial

import pytest

from vexil.convert.resources import change_to_proto, commit_to_proto, resource_to_proto, state_to_proto
from vexil.core.access.service_key import KeySecret, ServiceKey
from vexil.core.resource import Commit, Kind, ResourceId, ResourceState, Revision, Version

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DIGEST = "ab" * 32
KEY = ServiceKey((KeySecret(DIGEST, NOW), KeySecret(DIGEST, NOW)), "for tests")
STATE = ResourceState(
    ResourceId(Kind.SERVICE_KEY, "", "0a1b"), KEY, Version(1), Revision(2), Revision(2), NOW
)

WAYS_OUT = {
    "resource": partial(resource_to_proto, KEY),
    "state": partial(state_to_proto, STATE),
    "change": partial(change_to_proto, STATE),
    "commit": partial(commit_to_proto, Commit("vexil-access", Revision(2), (STATE,), NOW)),
}


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT)
def test_digests_are_stored_and_never_shown(way: partial) -> None:  # type: ignore[type-arg]
    assert DIGEST.encode() not in way().SerializeToString()
    assert way(stored=True).SerializeToString().count(DIGEST.encode()) == 2

"""A backup without the digests of service keys would restore keys that nobody can use."""

from tests.unit.core.permissions import NOW, SECRET
from vexil.core.access.service_key import ServiceKey
from vexil.core.resource import Commit, Kind, ResourceId, ResourceState, Revision, Version
from vexil.server.backup.content import encode, pack, unpack


def test_backup_keeps_digests_of_service_keys() -> None:
    id = ResourceId(Kind.SERVICE_KEY, "", "0a1b2c3d4e")
    state = ResourceState(id, ServiceKey((SECRET,)), Version(1), Revision(1), Revision(1), NOW)
    commit = Commit("vexil-access", Revision(1), (state,), NOW)
    assert list(unpack(pack([encode(commit)]))) == [commit]

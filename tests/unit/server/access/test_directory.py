"""Permissions in memory: what commits make of them step by step is what a restart would find."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.permissions import NOW, PROVIDER, SECRET
from vexil.core.access.binding import RoleBinding
from vexil.core.access.role import Role
from vexil.core.access.scope import Scope
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.subject import Subject
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.verb import Verb
from vexil.core.change import Delete, Put
from vexil.core.draft import draft
from vexil.core.resource import KIND_OF, Kind, Resource
from vexil.core.snapshot import Snapshot
from vexil.server.access.directory import AccessDirectory
from vexil.server.access.writing import id_of

RESOURCES: list[Resource] = [
    Role((Verb.READ,)),
    Role((Verb.WRITE,)),
    *(
        RoleBinding(f"user:{name}", role, Scope.everything())
        for name in ("ada", "bob")
        for role in ("viewer", "a")
    ),
    ServiceKey((SECRET,)),
    PROVIDER,
]
names = st.sampled_from(["a", "b", "c"])
writes = st.lists(st.tuples(names, st.sampled_from(RESOURCES), st.booleans()), max_size=12)
ADA, BOB = Subject.parse("user:ada"), Subject.parse("user:bob")


def portrait(directory: AccessDirectory) -> object:
    """Everything that the directory says."""
    now = directory.current
    return (
        [now.states(kind) for kind in Kind],
        [dict(now.bindings_of(subject)) for subject in (ADA, BOB)],
        [now.role(name) for name in "abc"],
        {grant.binding for grant in now.grants([ADA, BOB], NOW).grants},
    )


@given(writes)
def test_observed_commits_and_a_fresh_start_agree(written: list[tuple[str, Resource, bool]]) -> None:
    observed, snapshot = AccessDirectory(), Snapshot.empty(SYSTEM_NAMESPACE)
    for name, resource, deleted in written:
        id = id_of(KIND_OF[type(resource)], name)
        if deleted and snapshot.get(id) is None:
            continue
        commit = draft(snapshot, [Delete(id) if deleted else Put(id, resource)], now=NOW)
        applied, earlier = snapshot.apply(commit), observed.current
        observed.applied(commit, snapshot, applied)
        assert observed.current is not earlier
        snapshot = applied.snapshot
    fresh = AccessDirectory()
    fresh.replaced(snapshot, 1)
    assert portrait(observed) == portrait(fresh)
    observed.replaced(snapshot, 2)
    assert portrait(observed) == portrait(fresh)


def test_other_namespaces_are_no_permissions() -> None:
    directory = AccessDirectory()
    nothing = directory.current
    directory.replaced(Snapshot.empty("shop"), 1)
    assert directory.current is nothing

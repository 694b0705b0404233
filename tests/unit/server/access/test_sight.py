"""What of a namespace somebody is shown."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.server.access.test_permits import ENVIRONMENTS, GRANTS, KEYS, KINDS, NAMESPACES
from vexil.core.access.grants import UNRESTRICTED, Grant, Grants
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.verb import Verb
from vexil.core.resource import Commit, Deleted, Kind, ResourceId, Revision, Version
from vexil.server.access.sight import Sight

PAY = Scope(("shop",), ("prod",), ("pay/",), ("setting",))
PAYER = Grants((Grant("b", "r", frozenset({Verb.HISTORY}), PAY),))


def commit(*ids: ResourceId) -> Commit:
    return Commit(
        namespace="shop",
        revision=Revision(1),
        epoch=1,
        committed_at=datetime(2026, 1, 1, tzinfo=UTC),
        author="ada",
        message="why",
        changes=tuple(Deleted(id, Version(1), Revision(1)) for id in ids),
    )


@given(GRANTS, st.sampled_from(NAMESPACES))
def test_what_is_shown_is_what_is_allowed(grants: Grants, namespace: str) -> None:
    sight = Sight(grants, Verb.READ, namespace)
    for environment in ENVIRONMENTS:
        for kind in KINDS:
            for key in KEYS:
                allowed = grants.allows(Verb.READ, namespace, environment, kind, key)
                assert sight.sees(ResourceId(kind, environment, key)) is allowed


def test_a_commit_is_shown_with_what_of_it_may_be_seen() -> None:
    seen = ResourceId(Kind.SETTING, "prod", "pay/a")
    hidden = ResourceId(Kind.SETTING, "qa", "pay/a")
    sight = Sight(PAYER, Verb.HISTORY, "shop")
    assert sight.of(commit(hidden)) is None
    shown = sight.of(commit(hidden, seen))
    assert shown is not None
    assert [change.id for change in shown.changes] == [seen]
    assert (shown.author, shown.message) == ("ada", "why")
    whole = commit(seen)
    assert sight.of(whole) is whole


def test_where_nobody_is_asked_everything_is_shown() -> None:
    sight = Sight(UNRESTRICTED, Verb.HISTORY, "shop")
    for environment in ("", "prod"):
        assert sight.sees(ResourceId(Kind.ROLE, environment, ALL))
    both = commit(ResourceId(Kind.SETTING, "prod", "a"), ResourceId(Kind.DEFINITION, "", "a"))
    assert sight.of(both) is both

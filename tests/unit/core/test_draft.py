from datetime import UTC, datetime

import pytest

from tests.unit.core.committing import NOW, Tree, delete, plain, put
from vexil.core.change import HeadIs, Precondition, VersionIs
from vexil.core.draft import draft
from vexil.core.errors import Aborted, Reason
from vexil.core.resource import Deleted, Kind, ResourceId, ResourceState, Revision, Version

GREETING = ResourceId(Kind.SETTING, "base", "greeting")
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def tree() -> Tree:
    """A namespace at revision 3: `greeting` has version 2, `gone` was deleted as version 2."""
    tree = Tree(base=None)
    tree.commit(put("base", "greeting", plain("hello")), put("base", "gone", plain(1)))
    tree.commit(put("base", "greeting", plain("hi")), delete("base", "gone"))
    return tree


def test_commit_follows_the_snapshot_and_carries_what_it_is_given(tree: Tree) -> None:
    commit = draft(
        tree.snapshot,
        [put("base", "greeting", plain("hey"))],
        now=LATER,
        author="ada",
        message="shorter",
        labels={"ticket": "42"},
        request_id="r-1",
        epoch=7,
    )
    assert (commit.namespace, commit.revision, commit.epoch) == ("shop", 4, 7)
    assert (commit.author, commit.message, commit.request_id) == ("ada", "shorter", "r-1")
    assert (commit.labels, commit.committed_at) == ({"ticket": "42"}, LATER)


def test_write_gets_the_next_version_and_keeps_its_first_revision(tree: Tree) -> None:
    (change,) = draft(tree.snapshot, [put("base", "greeting", plain("hey"))], now=LATER).changes
    assert change == ResourceState(GREETING, plain("hey"), Version(3), Revision(4), Revision(2), LATER)


def test_first_write_has_version_one(tree: Tree) -> None:
    (change,) = draft(tree.snapshot, [put("base", "new", plain(1))], now=NOW).changes
    assert isinstance(change, ResourceState)
    assert (change.version, change.revision, change.create_revision) == (1, 4, 4)


def test_deletion_is_a_version_of_its_own(tree: Tree) -> None:
    (change,) = draft(tree.snapshot, [delete("base", "greeting")], now=NOW).changes
    assert change == Deleted(GREETING, Version(3), Revision(4))


def test_version_is_not_reused_after_a_deletion(tree: Tree) -> None:
    (change,) = draft(tree.snapshot, [put("base", "gone", plain(2))], now=NOW).changes
    assert isinstance(change, ResourceState)
    assert (change.version, change.create_revision) == (3, 4)


@pytest.mark.parametrize(
    "precondition",
    [
        HeadIs(Revision(3)),
        VersionIs(GREETING, Version(2)),
        VersionIs(GREETING._replace(key="never"), Version(0)),
        VersionIs(GREETING._replace(key="gone"), Version(0)),
    ],
)
def test_precondition_that_holds_lets_the_commit_be_made(
    tree: Tree, precondition: HeadIs | VersionIs
) -> None:
    assert draft(tree.snapshot, [put("base", "x", plain(1))], [precondition], now=NOW).revision == 4


@pytest.mark.parametrize(
    ("precondition", "message", "resource", "expected", "actual"),
    [
        (HeadIs(Revision(2)), "namespace shop is at revision 3, not 2", "namespace shop", "2", "3"),
        (
            VersionIs(GREETING, Version(1)),
            "setting base/greeting has version 2, and must have version 1",
            "setting base/greeting",
            "1",
            "2",
        ),
        (
            VersionIs(GREETING, Version(0)),
            "setting base/greeting has version 2, and must not exist",
            "setting base/greeting",
            "0",
            "2",
        ),
        (
            VersionIs(GREETING._replace(key="gone"), Version(2)),
            "setting base/gone does not exist, and must have version 2",
            "setting base/gone",
            "2",
            "0",
        ),
    ],
)
def test_precondition_that_fails_names_what_was_found(
    tree: Tree, precondition: HeadIs | VersionIs, message: str, resource: str, expected: str, actual: str
) -> None:
    with pytest.raises(Aborted) as caught:
        draft(tree.snapshot, [put("base", "x", plain(1))], [precondition], now=NOW)
    assert caught.value.reason is Reason.PRECONDITION_FAILED
    assert caught.value.message == message
    assert caught.value.metadata == {"resource": resource, "expected": expected, "actual": actual}


def test_every_precondition_that_fails_is_a_violation(tree: Tree) -> None:
    preconditions: list[Precondition] = [
        HeadIs(Revision(3)),
        HeadIs(Revision(1)),
        VersionIs(GREETING, Version(9)),
    ]
    with pytest.raises(Aborted) as caught:
        draft(tree.snapshot, [], preconditions, now=NOW)
    assert [violation.field for violation in caught.value.violations] == [
        "preconditions[1].head_revision",
        "preconditions[2].resource_version",
    ]
    assert caught.value.message == "namespace shop is at revision 3, not 1 (and 1 more)"

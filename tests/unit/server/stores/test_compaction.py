from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.resource import Commit, Revision
from vexil.server.stores.compaction import choose_revision
from vexil.server.stores.port import Head

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def commits(*ages: float, after: int = 0) -> list[Commit]:
    """Commits of these ages in days, the oldest first."""
    return [
        Commit("n", Revision(after + number), (), NOW - age * DAY) for number, age in enumerate(ages, start=1)
    ]


def head(revision: int, compacted: int = 0) -> Head:
    return Head("n", Revision(revision), Revision(compacted), 1)


@pytest.mark.parametrize(
    ("keep_revisions", "keep_days", "expected"),
    [
        (0, 0, 5),
        (2, 0, 3),
        (5, 0, 0),
        (100, 0, 0),
        (0, 2.5, 3),
        (3, 2.5, 2),
        (1, 4.5, 1),
        (0, 100, 0),
    ],
)
def test_choose_revision_keeps_what_either_limit_keeps(
    keep_revisions: int, keep_days: float, expected: int
) -> None:
    chosen = choose_revision(
        head(5), commits(5, 4, 3, 2, 1), now=NOW, keep_revisions=keep_revisions, keep_age=keep_days * DAY
    )
    assert chosen == expected


def test_choose_revision_goes_on_from_what_was_compacted() -> None:
    oldest = commits(5, 4, after=10)
    assert choose_revision(head(20, 10), oldest, now=NOW, keep_revisions=0, keep_age=DAY) == 12
    assert choose_revision(head(20, 10), [], now=NOW, keep_revisions=0, keep_age=DAY) == 10


def test_choose_revision_stops_at_a_young_commit_before_old_ones() -> None:
    """A clock that ran ahead for a while: what follows the young commit is kept with it."""
    oldest = commits(5, -1, 4, 3)
    assert choose_revision(head(4), oldest, now=NOW, keep_revisions=0, keep_age=DAY) == 1


@given(
    st.lists(st.integers(-5, 50), max_size=30),
    st.integers(0, 20),
    st.integers(0, 40),
    st.integers(0, 30),
)
def test_choose_revision_never_forgets_what_is_promised(
    ages: list[int], keep_revisions: int, keep_days: int, seen: int
) -> None:
    log = commits(*ages)
    chosen = choose_revision(
        head(len(log)), log[:seen], now=NOW, keep_revisions=keep_revisions, keep_age=keep_days * DAY
    )
    forgotten = log[:chosen]
    assert chosen <= max(0, len(log) - keep_revisions)
    assert all(NOW - commit.committed_at >= keep_days * DAY for commit in forgotten)
    assert chosen <= seen

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vexil.server.backup.manifest import Manifest, Parent
from vexil.server.backup.retention import Policy, kept

START = datetime(2026, 1, 1, 3, tzinfo=UTC)
POLICY = Policy(daily=timedelta(days=30), weekly=timedelta(days=90))


def backup(at: datetime, parent: Manifest | None = None) -> Manifest:
    link = None if parent is None else Parent(parent.id, parent.digest)
    return Manifest(at.strftime("%Y%m%dT%H%M%S%fZ"), at, "0.1.0", link, None, ())


def ages(manifests: Sequence[Manifest], now: datetime) -> list[int]:
    return [(now - manifest.created_at).days for manifest in manifests]


def live(days: int, *, every: timedelta = timedelta(days=1), policy: Policy = POLICY) -> list[Manifest]:
    """What is there after so many days of backups, each followed by a pruning; each week has a full one."""
    there: list[Manifest] = []
    now = START
    while now < START + timedelta(days=days):
        roots = [each for each in there if each.parent is None]
        is_due = not roots or (now.date() - roots[-1].created_at.date()).days >= 7
        there.append(backup(now, None if is_due else there[-1]))
        wanted = kept(there, policy, now)
        there = [each for each in there if each.id in wanted]
        now += every
    return there


def test_daily_ones_are_kept_for_thirty_days_and_weekly_ones_for_ninety() -> None:
    there = live(200)
    newest = there[-1].created_at

    found = ages(there, newest)
    assert set(range(30)) <= set(found)
    weekly = [each for each in there if newest - each.created_at >= timedelta(days=37)]
    assert all(each.parent is None for each in weekly)
    assert [(b.created_at - a.created_at).days for a, b in pairwise(weekly)] == [7] * (len(weekly) - 1)
    assert 83 <= max(found) < 90


def test_number_of_backups_stops_growing() -> None:
    assert abs(len(live(200)) - len(live(300))) <= 7


def test_hourly_ones_become_daily_ones_where_no_chain_needs_them() -> None:
    there = live(60, every=timedelta(hours=1))
    newest = there[-1].created_at
    old = [each for each in there if newest - each.created_at > timedelta(days=37)]

    assert old
    assert all(each.parent is None for each in old)


def test_newest_is_kept_however_old() -> None:
    old = backup(START)

    assert kept([old], POLICY, START + timedelta(days=1000)) == {old.id}


def test_week_without_a_full_one_keeps_its_last_with_what_that_follows() -> None:
    first = backup(START)
    second = backup(START + timedelta(days=8), first)
    third = backup(START + timedelta(days=60))

    wanted = kept([first, second, third], POLICY, START + timedelta(days=61))
    assert wanted == {first.id, second.id, third.id}


@given(
    st.lists(st.tuples(st.integers(1, 2000), st.booleans()), min_size=1, max_size=60),
    st.integers(0, 60),
    st.integers(0, 120),
    st.integers(0, 3000),
)
def test_whatever_is_kept_has_all_that_it_follows(
    steps: list[tuple[int, bool]], daily: int, weekly: int, later: int
) -> None:
    there: list[Manifest] = []
    now = START
    for hours, full in steps:
        now += timedelta(hours=hours)
        there.append(backup(now, None if full or not there else there[-1]))
    policy = Policy(timedelta(days=daily), timedelta(days=weekly))
    now += timedelta(hours=later)
    wanted = kept(there, policy, now)

    assert there[-1].id in wanted
    for each in there:
        if each.id in wanted and each.parent is not None:
            assert each.parent.id in wanted
    for day in {each.created_at.date() for each in there if each.created_at > now - policy.daily}:
        assert [each for each in there if each.created_at.date() == day][-1].id in wanted

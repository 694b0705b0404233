"""Where subscribers stand with a revision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.resource import Revision
from vexil.server.watch.subscribers import Rejection, Subscriber, SubscriberStatus
from vexil.server.watch.verdicts import ServiceCount, Standing, Verdict, count, percentile, standing

COMMITTED_AT = 1_000


def status(
    *applied: tuple[int, int], service: str = "till", refused: int = 0, known_since: int = 0
) -> SubscriberStatus:
    made = SubscriberStatus(Subscriber(service, "0"), known_since, 0)
    for revision, at in applied:
        made.applied.note(Revision(revision), at)
    made.refuse(Rejection(Revision(refused), "no") if refused else None)
    return made


def stands(status: SubscriberStatus, committed_at: int | None = COMMITTED_AT) -> Standing:
    return standing(status, Revision(5), committed_at)


def test_one_who_applied_it_took_from_its_commit_on() -> None:
    found = stands(status((4, 900), (5, 1_300), (6, 1_400)))
    assert (found.verdict, found.lag, found.took) == (Verdict.APPLIED, 0, 300)


def test_nothing_is_applied_before_its_commit_whatever_a_clock_says() -> None:
    assert stands(status((4, 900), (5, 999))).took == 0


def test_time_is_unknown_where_the_commit_is_no_longer_kept_or_the_subscriber_came_later() -> None:
    assert stands(status((5, 1_300)), None).took is None
    assert stands(status((5, 1_300), known_since=1_200)).took is None


def test_one_who_has_not_applied_it_lags_and_one_who_refused_it_or_a_later_one_rejects() -> None:
    assert (stands(status((3, 1))).verdict, stands(status((3, 1))).lag) == (Verdict.LAGGING, 2)
    assert stands(status()).lag == 5
    assert stands(status((3, 1), refused=4)).verdict is Verdict.LAGGING
    assert stands(status((3, 1), refused=5)).verdict is Verdict.REJECTED
    assert stands(status((3, 1), refused=9)).verdict is Verdict.REJECTED
    assert stands(status((5, 1), refused=6)).verdict is Verdict.APPLIED


def test_count_is_by_service_and_name() -> None:
    members = [
        status((4, 900), (5, 1_300)),
        status((4, 900), (5, 1_200)),
        status((5, 1_900), known_since=1_800),
        status(service="cart", refused=5),
        status(service="cart"),
    ]
    assert count(map(stands, members)) == [
        ServiceCount("cart", applied=0, lagging=1, rejected=1, took=[]),
        ServiceCount("till", applied=3, lagging=0, rejected=0, took=[200, 300]),
    ]


@pytest.mark.parametrize(
    ("percent", "expected"), [(1, 15), (30, 20), (40, 20), (50, 35), (99, 50), (100, 50)]
)
def test_percentile_is_that_of_the_nearest_rank(percent: int, expected: int) -> None:
    assert percentile([15, 20, 35, 40, 50], percent) == expected


@given(st.lists(st.integers(), min_size=1), st.integers(1, 100))
def test_percentile_is_the_smallest_that_so_many_do_not_exceed(numbers: list[int], percent: int) -> None:
    found = percentile(sorted(numbers), percent)
    assert sum(number <= found for number in numbers) * 100 >= percent * len(numbers)
    assert sum(number < found for number in numbers) * 100 < percent * len(numbers)

import pytest

from tests.unit.client.making import Clock
from vexil.client.replica.replica import Refusal
from vexil.client.replica.reports import Report, Reports
from vexil.core.resource import Revision

NEVER = float("inf")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reports(clock: Clock) -> Reports:
    return Reports(clock, lambda: 0.0)


def apply(reports: Reports, *revisions: int) -> None:
    for revision in revisions:
        reports.note(Revision(revision), None)


def take(reports: Reports) -> Report:
    report = reports.take()
    assert report is not None
    return report


def told(report: Report) -> list[tuple[int, float]]:
    """Revisions with the age that the report gives each, the one in use last."""
    assert report.applied is not None
    return [(each.revision, report.age(each)) for each in (*report.earlier, report.applied)]


def test_revision_is_reported_once(reports: Reports) -> None:
    assert reports.take() is None
    apply(reports, 3)
    assert told(take(reports)) == [(3, 0.0)]
    assert reports.take() is None
    assert reports.due == NEVER


@pytest.mark.parametrize("revision", [None, 0])
def test_nothing_is_reported_before_there_is_a_revision(reports: Reports, revision: int | None) -> None:
    reports.note(None if revision is None else Revision(revision), None)
    assert reports.take() is None
    assert reports.due == NEVER


def test_reports_keep_their_distance_and_say_when_each_revision_was_applied(
    reports: Reports, clock: Clock
) -> None:
    apply(reports, 3)
    take(reports)
    clock.advance(0.25)
    apply(reports, 4)
    clock.advance(0.25)
    apply(reports, 5)
    assert reports.take() is None
    assert reports.due == clock.now + 0.5
    clock.advance(0.5)
    assert told(take(reports)) == [(4, 0.75), (5, 0.5)]


def test_same_revision_again_keeps_its_time(reports: Reports, clock: Clock) -> None:
    apply(reports, 3)
    clock.advance(9)
    apply(reports, 3)
    assert told(take(reports)) == [(3, 9.0)]


def test_only_the_newest_thousand_are_told(reports: Reports) -> None:
    apply(reports, *range(1, 3001))
    assert [revision for revision, _ in told(take(reports))] == list(range(2000, 3001))


def test_full_state_of_an_older_revision_leaves_none_above_it(reports: Reports) -> None:
    apply(reports, 7, 8, 5)
    assert [revision for revision, _ in told(take(reports))] == [5]


def test_server_of_a_new_stream_is_told_again_with_the_true_age(reports: Reports, clock: Clock) -> None:
    apply(reports, 3)
    take(reports)
    clock.advance(500)
    reports.stream_opened()
    assert told(take(reports)) == [(3, 500.0)]


def test_failed_report_is_repeated_later_with_all_that_it_said(reports: Reports, clock: Clock) -> None:
    apply(reports, 1, 2, 3)
    lost = take(reports)
    clock.advance(1)
    apply(reports, 4, 5)
    reports.failed(lost)
    clock.advance(29.5)
    assert reports.take() is None
    clock.advance(0.5)
    assert told(take(reports)) == [(1, 31.0), (2, 31.0), (3, 31.0), (4, 30.0), (5, 30.0)]


def test_failed_report_without_news_since_is_repeated_as_it_was(reports: Reports, clock: Clock) -> None:
    apply(reports, 1, 2)
    reports.failed(take(reports))
    clock.advance(30)
    assert told(take(reports)) == [(1, 30.0), (2, 30.0)]


def test_report_that_fails_after_its_stream_is_told_of_each_revision_once(
    reports: Reports, clock: Clock
) -> None:
    apply(reports, 3)
    lost = take(reports)
    reports.stream_opened()
    apply(reports, 4)
    reports.failed(lost)
    clock.advance(30)
    assert told(take(reports)) == [(3, 30.0), (4, 30.0)]


def test_new_stream_repeats_a_failed_report_sooner(reports: Reports, clock: Clock) -> None:
    apply(reports, 3)
    reports.failed(take(reports))
    clock.advance(2)
    reports.stream_opened()
    assert reports.due == clock.now + 1
    clock.advance(1)
    assert told(take(reports)) == [(3, 3.0)]


def test_refusal_and_its_end_are_news(reports: Reports, clock: Clock) -> None:
    apply(reports, 1)
    take(reports)
    refusal = Refusal(Revision(2), "ValueError: no")
    reports.note(Revision(1), refusal)
    clock.advance(1)
    report = take(reports)
    assert (told(report), report.refusal) == ([(1, 1.0)], refusal)
    reports.note(Revision(3), None)
    clock.advance(1)
    report = take(reports)
    assert report.refusal is None
    assert report.applied is not None
    assert report.applied.revision == 3


def test_refusal_is_reported_also_before_there_is_a_state(reports: Reports) -> None:
    refusal = Refusal(Revision(2), "ValueError: no")
    reports.note(None, refusal)
    report = take(reports)
    assert (report.applied, report.refusal) == (None, refusal)
    reports.failed(report)


def test_fleet_that_receives_at_once_does_not_report_at_once(clock: Clock) -> None:
    """Each waits up to half an interval, and no more than that for what comes later."""
    fleet = [Reports(clock, lambda n=n: n / 10) for n in range(10)]  # type: ignore[misc]
    for reports in fleet:
        apply(reports, 1)
    assert [reports.due - clock.now for reports in fleet] == pytest.approx([n / 20 for n in range(10)])
    clock.advance(0.25)
    apply(fleet[9], 2)
    assert fleet[9].due - clock.now == pytest.approx(0.2)

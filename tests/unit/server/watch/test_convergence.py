"""Who has applied what, as one process knows it."""

from contextlib import ExitStack

from tests.support.clock import START, ManualClock
from vexil.core.resource import Revision
from vexil.server.watch.applied import micros
from vexil.server.watch.convergence import Convergence
from vexil.server.watch.subscribers import Applied, Rejection, Report, Subscriber, SubscriberStatus

PLACE = ("shop", "prod")
TILL = Subscriber("till", "till-0")
REFUSAL = Rejection(Revision(8), "does not compile")


def only(convergence: Convergence) -> SubscriberStatus:
    [status] = convergence.subscribers(PLACE)
    return status


def report(*revisions: int, rejection: Rejection | None = None, ago: float = 0.0) -> Report:
    return Report(TILL, [Applied(Revision(each), ago) for each in revisions], rejection)


def test_newest_applied_revision_counts_in_whatever_order_reports_come() -> None:
    convergence = Convergence(ManualClock().clock)
    for applied in (3, 7, 5):
        convergence.acknowledge(PLACE, report(applied))
    assert only(convergence).applied.newest == 7


def test_age_of_a_report_is_counted_back_from_its_arrival() -> None:
    time = ManualClock()
    convergence = Convergence(time.clock)
    time.advance(10)
    convergence.acknowledge(PLACE, report(3, ago=2.5))
    assert only(convergence).applied.at(Revision(3), was_there=True) == micros(START) + 7_500_000


def test_age_beyond_reason_is_taken_as_it_is() -> None:
    convergence = Convergence(ManualClock().clock)
    convergence.acknowledge(PLACE, report(3, ago=315_576_000_000.0))
    assert only(convergence).applied.newest == 3


def test_rejection_stands_until_something_as_new_is_applied() -> None:
    convergence = Convergence(ManualClock().clock)
    convergence.acknowledge(PLACE, report(7, rejection=REFUSAL))
    convergence.acknowledge(PLACE, report(7))
    assert only(convergence).rejection == REFUSAL
    convergence.acknowledge(PLACE, report(9))
    assert only(convergence).rejection is None


def test_older_rejection_that_was_overtaken_changes_nothing() -> None:
    convergence = Convergence(ManualClock().clock)
    convergence.acknowledge(PLACE, report(5, rejection=REFUSAL))
    convergence.acknowledge(PLACE, report(5, rejection=Rejection(Revision(6), "late")))
    assert only(convergence).rejection == REFUSAL


def test_subscriber_is_connected_while_it_has_a_stream() -> None:
    convergence = Convergence(ManualClock().clock)
    with convergence.connected(PLACE, TILL), convergence.connected(PLACE, TILL):
        assert only(convergence).streams == 2
    assert only(convergence).streams == 0


def test_nameless_subscriber_is_not_counted() -> None:
    convergence = Convergence(ManualClock().clock)
    with convergence.connected(PLACE, None), convergence.connected(PLACE, Subscriber("till", "")):
        assert list(convergence.subscribers(PLACE)) == []


def test_subscriber_describes_itself_anew() -> None:
    convergence = Convergence(ManualClock().clock)
    upgraded = Subscriber("till", "till-0", version="2")
    with convergence.connected(PLACE, TILL), convergence.connected(PLACE, upgraded):
        pass
    assert only(convergence).subscriber == upgraded


def test_places_are_apart() -> None:
    convergence = Convergence(ManualClock().clock)
    convergence.acknowledge(PLACE, report(1))
    convergence.acknowledge(("shop", "qa"), report(2))
    assert only(convergence).applied.newest == 1


def test_one_who_left_is_forgotten_after_a_while_and_one_who_is_here_is_not() -> None:
    time = ManualClock()
    convergence = Convergence(time.clock, keep=60)
    convergence.acknowledge(PLACE, report(1))
    with convergence.connected(PLACE, Subscriber("cart", "cart-0")):
        time.advance(61)
        convergence.sweep()
        assert only(convergence).subscriber.service == "cart"
    time.advance(61)
    convergence.sweep()
    assert list(convergence.subscribers(PLACE)) == []


def test_what_has_changed_is_told_once() -> None:
    time = ManualClock()
    convergence = Convergence(time.clock, keep=60)
    convergence.acknowledge(PLACE, report(1))
    [shelf] = convergence.take_changed()
    assert [status.subscriber for status in convergence.on(shelf)] == [TILL]
    assert convergence.take_changed() == set()
    convergence.put_back([shelf])
    assert convergence.take_changed() == {shelf}
    time.advance(61)
    convergence.sweep()
    assert (convergence.take_changed(), convergence.on(shelf)) == ({shelf}, [])


def test_names_without_end_take_no_memory_without_end_and_push_out_nobody_who_is_here() -> None:
    time = ManualClock()
    convergence = Convergence(time.clock)
    here = [Subscriber("till", f"here-{i}") for i in range(50)]
    with ExitStack() as streams:
        for subscriber in here:
            streams.enter_context(convergence.connected(PLACE, subscriber))
        for i in range(40_000):
            time.advance(0.001)
            convergence.acknowledge(PLACE, Report(Subscriber("till", f"made-up-{i}"), [Applied(Revision(1))]))
        known = {status.subscriber.instance for status in convergence.subscribers(PLACE)}
    assert len(known) <= 64 * 512
    assert known >= {subscriber.instance for subscriber in here} | {"made-up-39999"}
    assert "made-up-0" not in known

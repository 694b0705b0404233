"""Who has applied what."""

from tests.support.clock import ManualClock
from vexil.core.resource import Revision
from vexil.server.watch.convergence import Convergence, Rejection, Subscriber, SubscriberStatus

PLACE = ("shop", "prod")
TILL = Subscriber("till", "till-0")


def only(convergence: Convergence) -> SubscriberStatus:
    [status] = convergence.subscribers(PLACE)
    return status


def test_newest_applied_revision_counts() -> None:
    convergence = Convergence(ManualClock().clock)
    for applied in (3, 7, 5):
        convergence.acknowledge(PLACE, TILL, Revision(applied), None)
    assert only(convergence).applied_revision == 7


def test_rejection_stands_until_something_newer_is_applied() -> None:
    convergence = Convergence(ManualClock().clock)
    refusal = Rejection(Revision(8), "does not compile")
    convergence.acknowledge(PLACE, TILL, Revision(7), refusal)
    convergence.acknowledge(PLACE, TILL, Revision(7), None)
    assert only(convergence).rejection == refusal
    convergence.acknowledge(PLACE, TILL, Revision(9), None)
    assert only(convergence).rejection is None


def test_subscriber_is_connected_while_it_has_a_stream() -> None:
    convergence = Convergence(ManualClock().clock)
    with convergence.connected(PLACE, TILL), convergence.connected(PLACE, TILL):
        assert only(convergence).streams == 2
    assert only(convergence).streams == 0


def test_nameless_subscriber_is_not_counted() -> None:
    convergence = Convergence(ManualClock().clock)
    with convergence.connected(PLACE, None), convergence.connected(PLACE, Subscriber("till", "")):
        assert convergence.subscribers(PLACE) == []


def test_places_are_apart_and_subscribers_sorted() -> None:
    convergence = Convergence(ManualClock().clock)
    for service, instance in (("till", "1"), ("cart", "2"), ("cart", "1")):
        convergence.acknowledge(PLACE, Subscriber(service, instance), Revision(1), None)
    convergence.acknowledge(("shop", "qa"), TILL, Revision(1), None)
    names = [(each.subscriber.service, each.subscriber.instance) for each in convergence.subscribers(PLACE)]
    assert names == [("cart", "1"), ("cart", "2"), ("till", "1")]


def test_one_who_left_is_forgotten_after_a_while_and_one_who_is_here_is_not() -> None:
    time = ManualClock()
    convergence = Convergence(time.clock, keep=60)
    convergence.acknowledge(PLACE, TILL, Revision(1), None)
    with convergence.connected(PLACE, Subscriber("cart", "cart-0")):
        time.advance(61)
        convergence.sweep()
        assert only(convergence).subscriber.service == "cart"
    time.advance(61)
    convergence.sweep()
    assert convergence.subscribers(PLACE) == []

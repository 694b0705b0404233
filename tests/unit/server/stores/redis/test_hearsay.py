"""Who needs to be told what, and what is worth a look."""

from vexil.core.resource import Revision
from vexil.server.stores.redis.hearsay import Hearsay


def test_revision_is_told_once() -> None:
    hearsay = Hearsay()
    assert hearsay.know("shop", Revision(7))
    assert not hearsay.know("shop", Revision(7))
    assert not hearsay.know("shop", Revision(6))
    assert hearsay.know("shop", Revision(8))
    assert hearsay.know("bank", Revision(7))


def test_what_was_heard_is_looked_at_once_and_not_told_again() -> None:
    hearsay = Hearsay()
    hearsay.know("shop", Revision(7))
    assert hearsay.hear("shop", Revision(8))
    assert not hearsay.hear("shop", Revision(8))
    assert not hearsay.know("shop", Revision(8))


def test_what_is_known_needs_no_look() -> None:
    hearsay = Hearsay()
    hearsay.know("shop", Revision(7))
    assert not hearsay.hear("shop", Revision(7))
    assert not hearsay.hear("shop", Revision(1))


def test_wrong_message_silences_nobody() -> None:
    hearsay = Hearsay()
    hearsay.know("shop", Revision(7))
    hearsay.hear("shop", Revision(10**15))
    assert hearsay.know("shop", Revision(8))
    assert hearsay.hear("shop", Revision(9))


def test_made_up_namespaces_leave_nothing_behind() -> None:
    hearsay = Hearsay()
    for number in range(1000):
        assert hearsay.hear(f"n{number}", Revision(1))
    assert not hearsay._heard


def test_what_could_not_be_told_is_told_again() -> None:
    hearsay = Hearsay()
    hearsay.know("shop", Revision(7))
    hearsay.unsaid("shop")
    assert hearsay.know("shop", Revision(7))
    hearsay.forget()
    assert hearsay.know("shop", Revision(7))

from pathlib import Path

import pytest

from tests.unit.client.making import Clock, delta, full_state, progress, setting
from vexil.client import Subscriber
from vexil.client.engine import Engine, Surroundings
from vexil.client.options import ClientOptions
from vexil.client.replica.saved_state import SavedState
from vexil.core.errors import AccessDenied, NotFound, Unavailable, VexilError
from vexil.core.resource import Revision
from vexil.core.view import View

NEVER = float("inf")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def engine(clock: Clock, cache_path: Path | None = None, subscriber: Subscriber | None = None) -> Engine:
    options = ClientOptions(
        namespace="shop", environment="prod", stale_after=60.0, cache_path=cache_path, subscriber=subscriber
    )
    return Engine(options, Surroundings(clock, lambda: 0.5))


@pytest.fixture
def saving(clock: Clock, tmp_path: Path) -> Engine:
    made = engine(clock, tmp_path / "cache")
    for message in full_state([setting("a", 1)], 1):
        made.receive(message)
    return made


def test_state_is_saved_once_after_a_burst_of_changes(saving: Engine, clock: Clock) -> None:
    assert saving.due == clock.now + 2
    clock.advance(1)
    saving.receive(delta([setting("a", 2, 2)], 2))
    assert saving.unsaved() is None
    clock.advance(1)
    saved = saving.unsaved()
    assert saved is not None
    assert (saved.view.revision, saved.token) == (2, b"token-2")
    assert saving.unsaved() is None
    assert saving.due == clock.now + 59


def test_revision_that_changed_nothing_is_saved_at_the_end_only(saving: Engine, clock: Clock) -> None:
    clock.advance(2)
    saving.unsaved()
    saving.receive(progress(9))
    clock.advance(10)
    assert saving.unsaved() is None
    saved = saving.unsaved(at_once=True)
    assert saved is not None
    assert saved.token == b"token-9"
    assert saving.unsaved(at_once=True) is None


def test_full_state_at_the_saved_revision_leaves_nothing_to_do(clock: Clock, tmp_path: Path) -> None:
    """Work that is due and never done would keep the driver from ever waiting."""
    made = engine(clock, tmp_path / "cache")
    made.restore(SavedState(View.of("shop", "prod", Revision(4), [setting("a", 4)]), b"token-4"))
    for message in full_state([setting("a", 4)], 4):
        made.receive(message)
    clock.advance(3)
    assert made.due <= clock.now
    assert made.unsaved() is None
    assert made.due > clock.now


def test_everything_that_is_due_is_done_by_doing_it(clock: Clock, tmp_path: Path) -> None:
    made = engine(clock, tmp_path / "cache", Subscriber("checkout", "pod-1"))
    for message in full_state([setting("a", 1)], 1):
        made.receive(message)
    for _ in range(5):
        clock.advance(100)
        made.tick()
        made.report()
        made.unsaved()
        assert made.due > clock.now
        made.receive(progress(2))


def test_nothing_is_due_without_contact_cache_and_subscriber(clock: Clock) -> None:
    assert engine(clock).due == NEVER


def test_nothing_is_reported_without_a_subscriber(clock: Clock) -> None:
    made = engine(clock)
    for message in full_state([], 1):
        made.receive(message)
    assert made.report() is None


@pytest.mark.parametrize(
    ("error", "lasting"), [(NotFound("no"), True), (AccessDenied("no"), True), (Unavailable("no"), False)]
)
def test_waiting_ends_for_what_waiting_does_not_cure(clock: Clock, error: VexilError, lasting: bool) -> None:
    made = engine(clock)
    made.stream_ended(error)
    assert made.is_settled() is lasting
    assert made.lasting_failure() is (error if lasting else None)

"""Waiting until reads contain everything that was committed before."""

from collections.abc import Callable

import pytest

from tests.unit.client.making import Clock, delta, full_state, progress, setting
from vexil.client.catch_up import CatchUp
from vexil.client.engine import Engine, Surroundings
from vexil.client.options import ClientOptions
from vexil.core.errors import (
    AccessDenied,
    DeadlineExceeded,
    FailedPrecondition,
    NotFound,
    Reason,
    Unavailable,
    Unimplemented,
    VexilError,
)
from vexil.core.view import View

LOST = NotFound("you have no such stream", reason=Reason.STREAM_NOT_FOUND)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make(clock: Clock, accept: Callable[[View], object] | None = None) -> Engine:
    options = ClientOptions(namespace="shop", environment="prod", accept=accept)
    return Engine(options, Surroundings(clock, lambda: 0.5))


@pytest.fixture
def engine(clock: Clock) -> Engine:
    made = make(clock)
    connect(made)
    return made


def connect(engine: Engine, watch_id: str = "first", revision: int = 1) -> None:
    engine.session.stream_begins(watch_id)
    for each in full_state([setting("a", revision, revision)], revision):
        engine.receive(each)


def test_it_is_over_when_the_state_has_the_answer(engine: Engine) -> None:
    catch_up = CatchUp(engine, 5.0)
    assert not catch_up.is_over()
    assert catch_up.ask() == "first"
    catch_up.answered(3)
    assert catch_up.ask() is None
    engine.receive(delta([setting("a", 2, 2)], 2))
    assert not catch_up.is_over()
    assert catch_up.is_waiting()
    engine.receive(progress(4))
    assert not catch_up.is_waiting()
    assert catch_up.is_over()
    assert catch_up.revision() == 3


def test_state_that_has_the_answer_already_is_not_waited_for(engine: Engine) -> None:
    catch_up = CatchUp(engine, 5.0)
    catch_up.answered(1)
    assert catch_up.is_over()


def test_state_that_is_not_known_to_be_recent_is_not_enough(engine: Engine) -> None:
    """However recent it is: only an answer to a question asked now says what was committed before now."""
    engine.receive(progress(1000))
    assert not CatchUp(engine, 5.0).is_over()


def test_stream_is_asked_once_it_speaks(clock: Clock) -> None:
    engine = make(clock)
    catch_up = CatchUp(engine, 5.0)
    assert catch_up.ask() is None
    engine.session.stream_begins("first")
    assert catch_up.ask() is None
    engine.receive(full_state([setting("a", 1)], 1)[0])
    assert catch_up.ask() == "first"


def test_answer_holds_for_the_stream_that_resumes(engine: Engine) -> None:
    catch_up = CatchUp(engine, 5.0)
    catch_up.answered(2)
    engine.stream_ended(Unavailable("gone"))
    engine.session.stream_begins("second")
    engine.receive(delta([setting("a", 2, 2)], 2))
    assert catch_up.is_over()


@pytest.mark.parametrize("error", [LOST, Unavailable("gone")])
def test_stream_that_is_not_found_is_asked_again_under_its_next_name(
    engine: Engine, clock: Clock, error: VexilError
) -> None:
    catch_up = CatchUp(engine, 5.0)
    catch_up.failed(error)
    engine.stream_ended(Unavailable("gone"))
    assert not catch_up.is_over()
    connect(engine, "second")
    assert catch_up.ask() is None
    assert catch_up.pause == pytest.approx(0.05)
    clock.advance(catch_up.pause)
    assert catch_up.ask() == "second"


@pytest.mark.parametrize("error", [AccessDenied("no"), Unimplemented("what?")])
def test_failure_that_another_request_does_not_cure_is_raised(engine: Engine, error: VexilError) -> None:
    with pytest.raises(type(error)):
        CatchUp(engine, 5.0).failed(error)


def test_failure_of_the_stream_that_waiting_does_not_cure_is_raised(engine: Engine) -> None:
    catch_up = CatchUp(engine, 5.0)
    engine.stream_ended(NotFound("no such environment", reason=Reason.ENVIRONMENT_NOT_FOUND))
    assert not catch_up.is_waiting()
    with pytest.raises(NotFound):
        catch_up.is_over()


def test_stream_that_is_never_found_is_said_to_be_so_at_the_end(engine: Engine, clock: Clock) -> None:
    catch_up = CatchUp(engine, 5.0)
    catch_up.failed(LOST)
    clock.advance(5)
    with pytest.raises(DeadlineExceeded, match="you have no such stream") as raised:
        catch_up.is_over()
    assert raised.value.__cause__ is LOST


def test_revision_that_does_not_arrive_is_named(engine: Engine, clock: Clock) -> None:
    catch_up = CatchUp(engine, 5.0)
    catch_up.answered(7)
    assert catch_up.pause == 5.0
    clock.advance(5)
    assert catch_up.pause == 0.0
    with pytest.raises(DeadlineExceeded, match="revision 7 did not arrive within 5 s"):
        catch_up.is_over()


def test_without_a_stream_the_server_counts_as_unavailable(engine: Engine, clock: Clock) -> None:
    catch_up = CatchUp(engine, 5.0)
    why = Unavailable("connection refused")
    engine.stream_ended(why)
    clock.advance(5)
    with pytest.raises(Unavailable, match="connection refused") as raised:
        catch_up.is_over()
    assert raised.value.__cause__ is why


def test_refusal_that_keeps_the_answer_from_readers_is_raised(clock: Clock) -> None:
    def at_most_10(view: View) -> None:
        if view.evaluate("a").value > 10:
            raise ValueError("too large")

    engine = make(clock, at_most_10)
    connect(engine)
    catch_up = CatchUp(engine, 5.0)
    catch_up.answered(3)
    engine.receive(delta([setting("a", 11, 2)], 2))
    assert not catch_up.is_over(), "revision 3 may heal it"
    engine.receive(progress(3))
    assert not catch_up.is_waiting()
    with pytest.raises(FailedPrecondition, match="revision 2 was refused here") as raised:
        catch_up.is_over()
    assert raised.value.metadata == {"refused_revision": "2", "applied_revision": "1"}
    engine.receive(delta([setting("a", 1, 4)], 4))
    assert catch_up.is_over()


def test_closed_client_is_not_waited_for(engine: Engine) -> None:
    catch_up = CatchUp(engine, 5.0)
    engine.close()
    with pytest.raises(FailedPrecondition, match="closed"):
        catch_up.is_over()

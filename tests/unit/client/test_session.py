import pytest

from tests.unit.client.making import Clock, delta, full_state, message, part, progress, setting, stream_end
from vexil.client.replica.backoff import Backoff, BackoffPolicy
from vexil.client.replica.events import Message, StateBegin, StateReason, Unknown
from vexil.client.replica.replica import Replica
from vexil.client.replica.session import Session
from vexil.client.state import ClientState
from vexil.core.errors import (
    DataLoss,
    InvalidRequest,
    LimitExceeded,
    OutOfRange,
    Reason,
    Unavailable,
    VexilError,
)
from vexil.core.evaluation import ErrorCode, EvaluationReason
from vexil.core.resource import Revision
from vexil.core.view import View


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Session:
    return make(clock)


def make(clock: Clock) -> Session:
    policy = BackoffPolicy(floor=0.1, initial=1.0, maximum=8.0)
    return Session(Replica("shop", "prod"), Backoff(policy, lambda: 0.5), clock, stale_after=60.0)


def receive(session: Session, *messages: Message) -> None:
    for each in messages:
        session.receive(each)


def test_session_without_a_state_gives_no_value_and_says_why(session: Session) -> None:
    assert session.state is ClientState.CONNECTING
    session.stream_begins()
    session.stream_ended(Unavailable("connection refused"))
    evaluation = session.reader.evaluate("a")
    assert evaluation.type is None
    assert evaluation.reason is EvaluationReason.ERROR
    assert evaluation.error_code is ErrorCode.PROVIDER_NOT_READY
    assert evaluation.error_message == "connection refused"


def test_session_is_ready_with_the_first_complete_state(session: Session) -> None:
    session.stream_begins()
    *parts, end = full_state([setting("a", 1)], 1)
    receive(session, *parts)
    assert session.state is ClientState.CONNECTING
    assert session.receive(end).state is ClientState.READY
    assert session.reader.evaluate("a").value == 1
    assert session.reader is session.view


def test_short_interruption_leaves_the_session_ready(session: Session, clock: Clock) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    session.stream_ended(Unavailable("gone"))
    clock.advance(59)
    assert session.tick().state is None
    assert session.state is ClientState.READY
    assert session.reader.evaluate("a").reason is EvaluationReason.STATIC


def test_silence_makes_the_state_stale(session: Session, clock: Clock) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    assert session.stale_at == clock.now + 60
    clock.advance(60)
    assert session.tick().state is ClientState.STALE
    evaluation = session.reader.evaluate("a")
    assert (evaluation.value, evaluation.reason) == (1, EvaluationReason.STALE)
    assert session.age == 60
    assert session.stale_at == float("inf")


def test_stale_answer_without_a_value_keeps_its_reason(session: Session, clock: Clock) -> None:
    receive(session, *full_state([], 1))
    clock.advance(60)
    session.tick()
    assert session.reader.evaluate("a").error_code is ErrorCode.FLAG_NOT_FOUND


@pytest.mark.parametrize("sign", [progress(1), progress(2), delta([setting("a", 2, 2)], 2)])
def test_sign_of_life_makes_the_state_current_again(session: Session, clock: Clock, sign: Message) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    clock.advance(100)
    session.tick()
    assert session.receive(sign).state is ClientState.READY
    assert session.reader.evaluate("a").reason is EvaluationReason.STATIC
    assert session.age == 0


@pytest.mark.parametrize(
    "sign", [message(StateBegin(StateReason.RESYNC, 5), 9, token=False), part([setting("a", 2, 2)], 2)]
)
def test_part_of_something_newer_does_not_make_the_state_current(
    session: Session, clock: Clock, sign: Message
) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    clock.advance(100)
    session.tick()
    session.receive(sign)
    assert session.state is ClientState.STALE


def test_restored_state_is_stale_until_the_server_is_heard(session: Session) -> None:
    saved = View.of("shop", "prod", Revision(4), [setting("a", 4, 4)])
    assert session.restore(saved, b"token-4").state is ClientState.STALE
    assert session.resume_token == b"token-4"
    assert session.reader.evaluate("a").reason is EvaluationReason.STALE
    assert session.age == float("inf")
    session.stream_begins()
    assert session.receive(progress(4)).state is ClientState.READY
    assert session.reader.evaluate("a").reason is EvaluationReason.STATIC


@pytest.mark.parametrize(
    "error",
    [
        InvalidRequest("no", reason=Reason.INVALID_RESUME_TOKEN),
        OutOfRange("no", reason=Reason.REVISION_COMPACTED),
    ],
)
def test_position_that_the_server_lost_is_given_up(session: Session, error: VexilError) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    session.stream_ended(error)
    assert session.resume_token == b""
    assert session.reader.evaluate("a").value == 1


def test_position_that_a_server_has_not_reached_is_kept_for_a_while(session: Session) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    for _ in range(4):
        session.stream_ended(OutOfRange("not yet", reason=Reason.REVISION_IN_FUTURE))
        assert session.resume_token == b"token-1"
    session.stream_ended(OutOfRange("not yet", reason=Reason.REVISION_IN_FUTURE))
    assert session.resume_token == b""


def test_position_survives_an_ordinary_failure(session: Session) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    session.stream_ended(Unavailable("gone"))
    assert session.resume_token == b"token-1"


def test_stream_that_contradicts_itself_starts_afresh(session: Session) -> None:
    receive(session, *full_state([setting("a", 1)], 3))
    with pytest.raises(DataLoss) as raised:
        session.receive(delta([setting("a", 2, 2)], 2))
    session.stream_ended(raised.value)
    assert session.resume_token == b""


def test_pauses_grow_with_each_failure_and_shrink_after_success(session: Session) -> None:
    pauses = [session.stream_ended(Unavailable("gone")) for _ in range(6)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]
    receive(session, *full_state([], 1))
    assert session.stream_ended(Unavailable("gone")) == 0.5


def test_server_hint_is_kept_for_one_pause(session: Session) -> None:
    session.stream_begins()
    receive(session, *full_state([], 1), stream_end(retry_after=4.0))
    assert session.stream_ended(None) == 6.0
    session.stream_begins()
    assert session.stream_ended(Unavailable("gone")) == 1.0


def test_hint_of_an_error_is_kept(session: Session) -> None:
    assert session.stream_ended(Unavailable("busy", retry_after=2.0)) == 3.0


@pytest.mark.parametrize("hint", [0.0, 0.05])
def test_pause_after_a_hint_has_a_floor_and_jitter(session: Session, hint: float) -> None:
    session.stream_begins()
    receive(session, *full_state([], 1), stream_end(retry_after=hint))
    assert session.stream_ended(None) == pytest.approx(0.1 + 0.5 * 0.1)


@pytest.mark.parametrize("reason", [Reason.RATE_LIMITED, Reason.TOO_MANY_STREAMS])
def test_client_that_is_turned_away_waits_and_keeps_what_it_has(
    session: Session, clock: Clock, reason: Reason
) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    for _ in range(10):
        session.stream_begins()
        assert session.stream_ended(LimitExceeded("full", reason=reason, retry_after=4.0)) == 6.0
        clock.advance(5.9)
        assert session.tick().state is None
    assert session.state is ClientState.READY
    assert session.resume_token == b"token-1"
    clock.advance(1.0)
    assert session.tick().state is ClientState.STALE
    assert session.resume_token == b"token-1"


def test_event_of_a_newer_release_is_no_contact(session: Session, clock: Clock) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    clock.advance(60)
    receive(session, message(Unknown(), 7))
    assert session.tick().state is ClientState.STALE
    assert session.resume_token == b"token-1"


def test_stream_is_open_from_its_first_message_to_its_end(session: Session) -> None:
    session.stream_begins("mine")
    names = [session.open_stream]
    for each in (*full_state([setting("a", 1)], 1), stream_end()):
        session.receive(each)
        names.append(session.open_stream)
    assert names == [None, "mine", "mine", "mine", None]


def test_stream_that_breaks_is_not_open(session: Session) -> None:
    session.stream_begins("mine")
    receive(session, *full_state([], 1))
    session.stream_ended(Unavailable("gone"))
    assert session.open_stream is None


def test_error_is_visible_until_messages_arrive(session: Session) -> None:
    error = Unavailable("gone")
    session.stream_ended(error)
    assert session.last_error is error
    receive(session, *full_state([], 1))
    assert session.last_error is None


def test_closed_session_goes_on_answering_from_the_last_state(session: Session) -> None:
    receive(session, *full_state([setting("a", 1)], 1))
    assert session.close().state is ClientState.CLOSED
    assert session.reader.evaluate("a").value == 1
    assert session.tick().state is None
    assert session.state is ClientState.CLOSED

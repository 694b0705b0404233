"""What a client does that is told to come back later: it keeps what it has, and its turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.client.making import Clock, full_state, setting
from vexil.client.replica.backoff import Backoff, BackoffPolicy
from vexil.client.replica.replica import Replica
from vexil.client.replica.session import Session
from vexil.client.state import ClientState
from vexil.core.errors import LimitExceeded, Reason

REFUSALS = pytest.mark.parametrize("reason", [Reason.RATE_LIMITED, Reason.TOO_MANY_STREAMS])


def make(draw: float) -> Session:
    session = Session(Replica("shop", "prod"), Backoff(BackoffPolicy(), lambda: draw), Clock())
    session.stream_begins()
    return session


@REFUSALS
@given(turn=st.floats(0.1, 120), draw=st.floats(0, 1, exclude_max=True))
def test_refused_stream_is_opened_again_in_its_turn_or_up_to_as_much_later(
    reason: Reason, turn: float, draw: float
) -> None:
    pause = make(draw).stream_ended(LimitExceeded("not now", reason=reason, retry_after=turn))
    assert turn <= pause <= 2 * turn


@REFUSALS
def test_refused_client_keeps_its_state_and_its_position(reason: Reason) -> None:
    session = make(0.5)
    for message in full_state([setting("a", 1)], 1):
        session.receive(message)
    token = session.resume_token
    session.stream_ended(None)
    for _ in range(20):
        session.stream_begins()
        session.stream_ended(LimitExceeded("not now", reason=reason, retry_after=1.0))
    assert session.resume_token == token != b""
    assert session.state is ClientState.READY
    assert session.reader.evaluate("a").value == 1

"""Both clients against a server that says what the test writes down."""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.any_client import AnyClientFactory, clients
from tests.unit.client.making import deleted, setting
from tests.unit.client.scripted_server import (
    ScriptedServer,
    batch_response,
    delta_response,
    end_response,
    part_response,
    progress_response,
    state_responses,
    token,
)
from vexil.client import (
    BackoffPolicy,
    Change,
    Client,
    ClientState,
    ErrorCode,
    EvaluationReason,
    Subscriber,
)
from vexil.client.engine import Surroundings
from vexil.core.errors import (
    AccessDenied,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidRequest,
    LimitExceeded,
    NotFound,
    Reason,
    Unavailable,
    Unimplemented,
)
from vexil.core.view import View
from vexil.v1 import watch_pb2

QUICK = BackoffPolicy(floor=0.001, initial=0.002, maximum=0.01)
SLOW = 30.0


@pytest.fixture(params=["sync", "asyncio"])
def make(request: pytest.FixtureRequest) -> Iterator[AnyClientFactory]:
    with clients(request.param) as factory:
        yield factory


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def test_client_is_ready_with_the_first_state(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    assert client.reads.state is ClientState.CONNECTING
    client.start()
    stream = server.accept()
    assert (stream.request.namespace, stream.request.environment) == ("shop", "prod")
    assert stream.request.WhichOneof("start") is None
    assert stream.request.on_compacted == watch_pb2.COMPACTED_POLICY_RESYNC
    stream.send(*state_responses([setting("a", 1)], 5))
    assert client.connect(SLOW) is ClientState.READY
    assert client.reads.get("a") == 1
    assert client.reads.revision == 5


def test_reads_before_the_first_state_give_defaults(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    assert client.reads.get("a", 7) == 7
    assert client.reads.evaluate("a").error_code is ErrorCode.PROVIDER_NOT_READY
    assert client.reads.revision == 0
    assert client.reads.explain("a").steps == ()


def test_connect_gives_up_after_its_timeout_and_says_what_is_wrong(make: AnyClientFactory) -> None:
    client = make("127.0.0.1:1", namespace="shop", environment="prod", backoff=QUICK)
    with pytest.raises(DeadlineExceeded, match=r"shop/prod from 127\.0\.0\.1:1 within") as raised:
        client.connect(0.5)
    assert isinstance(raised.value.__cause__, Unavailable)
    # Not the same one: the client goes on trying.
    assert isinstance(client.reads.last_error, Unavailable)
    assert client.reads.get("a", 7) == 7


def test_connect_does_not_wait_for_what_will_not_come(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
    client.start()
    error = NotFound("no such environment", reason=Reason.ENVIRONMENT_NOT_FOUND)
    server.accept().end(error)
    with pytest.raises(NotFound) as raised:
        client.connect(SLOW)
    assert raised.value.reason is Reason.ENVIRONMENT_NOT_FOUND
    server.accept().send(*state_responses([setting("a", 1)], 1))
    assert client.wait_ready(SLOW)


def test_lasting_failure_is_raised_on_entering(server: ScriptedServer) -> None:
    client = Client(server.target, namespace="shop", environment="nowhere", call_timeout=SLOW)
    with ThreadPoolExecutor(1) as pool:
        error = NotFound("no such environment", reason=Reason.ENVIRONMENT_NOT_FOUND)
        pool.submit(lambda: server.accept().end(error))
        with pytest.raises(NotFound), client:
            pytest.fail("there is nothing to read")
    assert client.state is ClientState.CLOSED


def test_outage_is_survived_on_entering() -> None:
    with Client("127.0.0.1:1", namespace="shop", environment="prod", call_timeout=0.1) as client:
        assert client.get("a", 7) == 7


def test_wait_ready_answers_whether_it_is(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    client.start()
    assert not client.wait_ready(0.01)
    server.accept().send(*state_responses([], 1))
    assert client.wait_ready(SLOW)


def test_watch_is_told_each_change_in_order(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    told: queue.Queue[Change] = queue.Queue()
    client.watch("cart.*", told.put)
    client.start()
    stream = server.accept()
    stream.send(*state_responses([setting("cart.max", 1), setting("other", 1)], 1))
    for revision in range(2, 30):
        stream.send(
            delta_response(
                [setting("cart.max", revision, revision), setting("other", revision, revision)], revision
            )
        )
    stream.send(delta_response([deleted("cart.max", 30)], 30))
    changes = [told.get(timeout=SLOW) for _ in range(30)]
    assert [(change.revision, change.old_value, change.new_value) for change in changes] == [
        (1, None, 1),
        *((revision, revision - 1, revision) for revision in range(2, 30)),
        (30, 29, None),
    ]
    assert told.empty()


def test_change_can_be_read_when_its_callback_runs(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    read: queue.Queue[int] = queue.Queue()
    client.watch("a", lambda change: read.put(client.reads.get("a") - change.new_value))
    client.start()
    server.accept().send(*state_responses([setting("a", 1)], 1))
    assert read.get(timeout=SLOW) >= 0


def test_unwatch_ends_the_callbacks(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    client.start()
    stream = server.accept()
    stream.send(*state_responses([setting("a", 1)], 1))
    client.connect(SLOW)
    one: queue.Queue[Change] = queue.Queue()
    other: queue.Queue[Change] = queue.Queue()
    client.unwatch(client.watch("a", one.put))
    client.watch("a", other.put)
    stream.send(delta_response([setting("a", 2, 2)], 2))
    assert other.get(timeout=SLOW).new_value == 2
    assert one.empty()


def test_callback_that_fails_is_logged_and_harms_nothing(
    make: AnyClientFactory, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    told: queue.Queue[Change] = queue.Queue()

    def fail(change: Change) -> None:
        raise RuntimeError(f"can't take {change.new_value}")

    client.watch("a", fail)
    client.watch("a", told.put)
    client.start()
    stream = server.accept()
    stream.send(*state_responses([setting("a", 1)], 1), delta_response([setting("a", 2, 2)], 2))
    assert [told.get(timeout=SLOW).new_value for _ in range(2)] == [1, 2]
    assert "can't take 1" in caplog.text
    assert "can't take 2" in caplog.text


def test_slow_callback_does_not_hold_up_the_state(server: ScriptedServer) -> None:
    with clients("sync") as make:
        me = Subscriber("checkout", "pod-1")
        client = make(server.target, namespace="shop", environment="prod", subscriber=me)
        entered, leave = threading.Event(), threading.Event()

        def block(_: Change) -> None:
            entered.set()
            leave.wait(SLOW)

        client.watch("a", block)
        client.start()
        stream = server.accept()
        stream.send(*state_responses([setting("a", 1)], 1))
        assert entered.wait(SLOW)
        stream.send(delta_response([setting("a", 2, 2)], 2))
        while server.reports.get(timeout=SLOW).applied_revision != 2:
            pass
        assert client.reads.get("a") == 2
        leave.set()


def test_interrupted_stream_is_resumed_after_the_last_message(
    make: AnyClientFactory, server: ScriptedServer
) -> None:
    client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
    client.start()
    first = server.accept()
    first.send(*state_responses([setting("a", 1)], 1), delta_response([setting("a", 2, 2)], 2))
    first.end(Unavailable("going away"))
    second = server.accept()
    assert second.request.resume_token == token(2)
    second.send(delta_response([setting("a", 3, 3)], 3))
    second.end()
    assert server.accept().request.resume_token == token(3)
    assert client.reads.get("a") == 3
    assert client.reads.state is ClientState.READY


def test_hint_of_the_server_is_kept(make: AnyClientFactory, server: ScriptedServer) -> None:
    """With its own pauses of a minute and more, the client is back only because the server said when."""
    slow = BackoffPolicy(floor=0.001, initial=600.0, maximum=600.0)
    client = make(server.target, namespace="shop", environment="prod", backoff=slow)
    client.start()
    stream = server.accept()
    stream.send(*state_responses([], 1), end_response(retry_after=0.01))
    stream.end()
    assert server.accept().request.resume_token == token(1)


@pytest.mark.parametrize(
    "error",
    [InvalidRequest("what is this?", reason=Reason.INVALID_RESUME_TOKEN), None],
    ids=["token refused", "revision goes back"],
)
def test_lost_position_is_replaced_by_a_full_state(
    make: AnyClientFactory, server: ScriptedServer, error: InvalidRequest | None
) -> None:
    client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
    told: queue.Queue[Change] = queue.Queue()
    client.watch("a", told.put)
    client.start()
    first = server.accept()
    first.send(*state_responses([setting("a", 1)], 4))
    if error is None:
        first.send(delta_response([setting("a", 2, 3)], 3))
    else:
        first.end(error)
    second = server.accept()
    assert second.request.WhichOneof("start") is None
    assert client.reads.get("a") == 1
    second.send(*state_responses([setting("a", 5, 5)], 5))
    assert [told.get(timeout=SLOW).new_value for _ in range(2)] == [1, 5]


def test_batch_is_told_commit_by_commit(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
    told: queue.Queue[Change] = queue.Queue()
    client.watch("*", told.put)
    client.start()
    stream = server.accept()
    assert stream.request.batch
    stream.send(*state_responses([setting("a", 1), setting("b", 1)], 1))
    commits = [
        ([setting("a", revision, revision), setting("b", revision, revision)], revision)
        for revision in range(2, 200)
    ]
    stream.send(batch_response(commits))
    changes = [told.get(timeout=SLOW) for _ in range(2 * 199)]
    assert [(change.key, change.revision, change.new_value) for change in changes] == [
        (key, revision, revision) for revision in range(1, 200) for key in ("a", "b")
    ]
    stream.end(Unavailable("going away"))
    assert server.accept().request.resume_token == token(199)


def test_parts_are_never_seen_apart_and_void_when_the_connection_is_cut(
    make: AnyClientFactory, server: ScriptedServer
) -> None:
    client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
    told: queue.Queue[Change] = queue.Queue()
    client.watch("a", told.put)
    client.start()
    stream = server.accept()
    stream.send(*state_responses([setting("a", 0), setting("b", 0)], 1))
    client.connect(SLOW)
    apart: list[tuple[int, int]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            view = client.reads.view
            assert view is not None
            pair = view.evaluate("a").value, view.evaluate("b").value
            if pair[0] != pair[1]:
                apart.append(pair)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for revision in range(2, 60):
            stream.send(part_response([setting("a", revision, revision)], revision))
            if revision % 3 == 0:
                stream.end(Unavailable("cut between the parts"))
                stream = server.accept()
                assert stream.request.resume_token == token(revision - 1)
                stream.send(part_response([setting("a", revision, revision)], revision))
            stream.send(delta_response([setting("b", revision, revision)], revision))
            while told.get(timeout=SLOW).new_value != revision:
                pass
    finally:
        done.set()
        reader.join()
    assert apart == []
    assert client.reads.get("b") == 59


def test_client_that_is_turned_away_waits_its_turn_with_what_it_has(
    make: AnyClientFactory, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    """With its own pauses of ten minutes, it is back only because the server said when."""
    slow = BackoffPolicy(floor=0.001, initial=600.0, maximum=600.0)
    client = make(server.target, namespace="shop", environment="prod", backoff=slow)
    client.start()
    stream = server.accept()
    stream.send(*state_responses([setting("a", 1)], 1), end_response(retry_after=0.01))
    stream.end()
    for reason in (Reason.RATE_LIMITED, Reason.TOO_MANY_STREAMS, Reason.RATE_LIMITED):
        stream = server.accept()
        assert stream.request.resume_token == token(1)
        assert client.reads.state is ClientState.READY
        stream.end(LimitExceeded("full", reason=reason, retry_after=0.01))
    assert server.accept().request.resume_token == token(1)
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "takes no more streams now" in warnings[0].getMessage()


class TestCatchUp:
    def test_reads_have_what_was_committed_before(
        self, make: AnyClientFactory, server: ScriptedServer
    ) -> None:
        client = make(server.target, namespace="shop", environment="prod")
        client.start()
        stream = server.accept()
        stream.send(*state_responses([setting("a", 1)], 1))
        server.answers.put(3)

        def answer() -> None:
            asked = server.asked.get(timeout=SLOW)
            assert (asked.namespace, asked.watch_id) == ("shop", stream.request.watch_id)
            stream.send(delta_response([setting("a", 2, 2)], 2), progress_response(3))

        answering = threading.Thread(target=answer)
        answering.start()
        assert client.catch_up(SLOW) == 3
        answering.join()
        assert (client.reads.get("a"), client.reads.revision) == (2, 3)

    def test_stream_that_breaks_in_between_is_no_obstacle(
        self, make: AnyClientFactory, server: ScriptedServer
    ) -> None:
        client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
        client.start()
        first = server.accept()
        first.send(*state_responses([setting("a", 1)], 1))
        lost = NotFound("you have no such stream", reason=Reason.STREAM_NOT_FOUND)
        names: list[str] = []

        def answer() -> None:
            server.answers.put(lost)
            names.append(server.asked.get(timeout=SLOW).watch_id)
            first.end(Unavailable("gone"))
            second = server.accept()
            second.send(progress_response(1))
            server.answers.put(2)
            while second.request.watch_id not in names:
                names.append(server.asked.get(timeout=SLOW).watch_id)
                server.answers.put(2)
            second.end(Unavailable("gone as well"))
            server.accept().send(delta_response([setting("a", 2, 2)], 2))

        answering = threading.Thread(target=answer)
        answering.start()
        assert client.catch_up(SLOW) == 2
        answering.join()
        assert client.reads.get("a") == 2

    def test_refusal_is_said_at_once(self, make: AnyClientFactory, server: ScriptedServer) -> None:
        def accept(view: View) -> None:
            if view.evaluate("a").value > 1:
                raise ValueError("too large")

        client = make(server.target, namespace="shop", environment="prod", accept=accept)
        client.start()
        server.accept().send(*state_responses([setting("a", 1)], 1), delta_response([setting("a", 2, 2)], 2))
        server.answers.put(2)
        with pytest.raises(FailedPrecondition, match="revision 2 was refused here"):
            client.catch_up(SLOW)
        assert client.reads.get("a") == 1

    def test_without_a_server_it_is_unavailable(self, make: AnyClientFactory) -> None:
        client = make("127.0.0.1:1", namespace="shop", environment="prod", backoff=QUICK)
        with pytest.raises(Unavailable, match="no stream from"):
            client.catch_up(0.3)

    def test_answer_that_does_not_come_is_a_timeout(
        self, make: AnyClientFactory, server: ScriptedServer
    ) -> None:
        client = make(server.target, namespace="shop", environment="prod")
        client.start()
        server.accept().send(*state_responses([setting("a", 1)], 1))
        server.answers.put(7)
        client.connect(SLOW)
        with pytest.raises(DeadlineExceeded, match="revision 7 did not arrive"):
            client.catch_up(0.5)

    @pytest.mark.parametrize("answer", [7, None], ids=["waiting for the revision", "waiting for the answer"])
    def test_close_ends_it(self, make: AnyClientFactory, server: ScriptedServer, answer: int | None) -> None:
        client = make(server.target, namespace="shop", environment="prod")
        client.start()
        server.accept().send(*state_responses([setting("a", 1)], 1))
        if answer is not None:
            server.answers.put(answer)

        def close() -> None:
            server.asked.get(timeout=SLOW)
            client.close()
            server.answers.put(7)

        closing = threading.Thread(target=close)
        closing.start()
        for _ in range(2):
            with pytest.raises(FailedPrecondition, match="closed"):
                client.catch_up(SLOW)
        closing.join()


def test_report_that_fails_is_made_again_to_the_next_stream(
    make: AnyClientFactory, server: ScriptedServer
) -> None:
    me = Subscriber("checkout", "pod-1")
    client = make(server.target, namespace="shop", environment="prod", subscriber=me, backoff=QUICK)
    server.refuse_reports.put(AccessDenied("not now"))
    client.start()
    stream = server.accept()
    stream.send(*state_responses([], 3))
    assert server.reports.get(timeout=SLOW).applied_revision == 3
    stream.end(Unavailable("gone"))
    server.accept().send(delta_response([setting("a", 1, 4)], 4))
    while (report := server.reports.get(timeout=SLOW)).applied_revision != 4:
        pass
    assert report.HasField("applied_ago")


def test_revision_in_use_is_reported(make: AnyClientFactory, server: ScriptedServer) -> None:
    me = Subscriber("checkout", "pod-1", "2.0", "zone-a")
    client = make(server.target, namespace="shop", environment="prod", subscriber=me)
    client.start()
    stream = server.accept()
    assert (stream.request.subscriber.service, stream.request.subscriber.instance) == ("checkout", "pod-1")
    stream.send(*state_responses([], 3))
    report = server.reports.get(timeout=SLOW)
    assert report.applied_revision == 3
    assert report.subscriber.zone == "zone-a"
    stream.send(progress_response(9))
    assert server.reports.get(timeout=SLOW).applied_revision == 9


def test_refused_revision_is_reported_and_not_used(make: AnyClientFactory, server: ScriptedServer) -> None:
    def accept(view: View) -> None:
        if view.evaluate("a").value > 1:
            raise ValueError("too large")

    me = Subscriber("checkout", "pod-1")
    client = make(server.target, namespace="shop", environment="prod", subscriber=me, accept=accept)
    client.start()
    stream = server.accept()
    stream.send(*state_responses([setting("a", 1)], 1), delta_response([setting("a", 2, 2)], 2))
    while not (report := server.reports.get(timeout=SLOW)).HasField("rejection"):
        pass
    assert (report.applied_revision, report.rejection.revision) == (1, 2)
    assert report.rejection.reason == "ValueError: too large"
    assert client.reads.get("a") == 1


def test_no_reports_without_a_subscriber(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    client.start()
    server.accept().send(*state_responses([], 3))
    client.connect(SLOW)
    client.close()
    assert server.reports.empty()


def test_silent_server_makes_the_state_stale_and_a_word_current(
    make: AnyClientFactory, server: ScriptedServer
) -> None:
    client = make(server.target, namespace="shop", environment="prod", stale_after=0.3)
    states: queue.Queue[ClientState] = queue.Queue()
    client.watch_state(states.put)
    client.start()
    stream = server.accept()
    assert stream.request.progress_interval.ToMilliseconds() == 100
    stream.send(*state_responses([setting("a", 1)], 1))
    assert states.get(timeout=SLOW) is ClientState.READY
    assert states.get(timeout=SLOW) is ClientState.STALE
    assert client.reads.evaluate("a").reason is EvaluationReason.STALE
    stream.send(progress_response(1))
    assert states.get(timeout=SLOW) is ClientState.READY


class TestCache:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "deep" / "vexil.cache"

    @pytest.fixture
    def saved(self, make: AnyClientFactory, server: ScriptedServer, path: Path) -> None:
        client = make(server.target, namespace="shop", environment="prod", cache_path=path)
        client.start()
        server.accept().send(*state_responses([setting("a", 4)], 4))
        client.connect(SLOW)
        client.close()

    @pytest.mark.usefixtures("saved")
    def test_client_starts_without_a_server(self, make: AnyClientFactory, path: Path) -> None:
        client = make("127.0.0.1:1", namespace="shop", environment="prod", cache_path=path)
        assert client.connect(0.2) is ClientState.STALE
        evaluation = client.reads.evaluate("a")
        assert (evaluation.value, evaluation.reason) == (4, EvaluationReason.STALE)
        assert client.reads.revision == 4

    @pytest.mark.usefixtures("saved")
    def test_client_asks_only_for_what_it_missed(
        self, make: AnyClientFactory, server: ScriptedServer, path: Path
    ) -> None:
        client = make(server.target, namespace="shop", environment="prod", cache_path=path)
        client.start()
        stream = server.accept()
        assert stream.request.resume_token == token(4)
        assert client.reads.state is ClientState.STALE
        stream.send(delta_response([setting("a", 5, 5)], 5))
        assert client.wait_ready(SLOW)
        assert client.reads.get("a") == 5

    @pytest.mark.usefixtures("saved")
    def test_file_of_another_environment_is_not_used(self, make: AnyClientFactory, path: Path) -> None:
        client = make("127.0.0.1:1", namespace="shop", environment="qa", cache_path=path)
        with pytest.raises(DeadlineExceeded):
            client.connect(0.1)


def test_resource_of_a_newer_release_is_left_out(
    make: AnyClientFactory, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    begin, chunk, end = state_responses([setting("a", 1), setting("b", 2)], 1)
    # A content that this release does not know looks like none at all.
    chunk.state_chunk.resources[1].resource.Clear()
    client = make(server.target, namespace="shop", environment="prod")
    client.start()
    server.accept().send(begin, chunk, end)
    assert client.connect(SLOW) is ClientState.READY
    assert client.reads.get("a") == 1
    assert client.reads.evaluate("b").error_code is ErrorCode.FLAG_NOT_FOUND
    assert "b is left out" in caplog.text


def test_close_may_be_repeated_and_reads_go_on(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    client.start()
    stream = server.accept()
    stream.send(*state_responses([setting("a", 1)], 1))
    client.connect(SLOW)
    client.close()
    client.close()
    assert stream.ended.wait(SLOW)
    assert client.reads.state is ClientState.CLOSED
    assert client.reads.get("a") == 1


def test_closed_client_is_not_started_again(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    client.close()
    client.start()
    assert not client.wait_ready(SLOW)
    with pytest.raises(FailedPrecondition, match="closed"):
        client.connect(SLOW)
    assert client.reads.state is ClientState.CLOSED


def test_defect_while_reading_is_logged_and_survived(
    make: AnyClientFactory, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [ZeroDivisionError]

    def clock() -> float:
        if failures and client.reads.view is not None:
            raise failures.pop()
        return time.monotonic()

    client = make(
        server.target, namespace="shop", environment="prod", backoff=QUICK, surroundings=Surroundings(clock)
    )
    client.start()
    server.accept().send(*state_responses([setting("a", 1)], 1))
    second = server.accept()
    assert second.request.resume_token == b""
    second.send(*state_responses([setting("a", 2)], 2))
    assert client.wait_ready(SLOW)
    assert "ZeroDivisionError" in caplog.text


def test_close_from_a_callback_works(make: AnyClientFactory, server: ScriptedServer) -> None:
    client = make(server.target, namespace="shop", environment="prod")
    closed = threading.Event()

    def close(_: Change) -> object:
        result = client.reads.close()  # type: ignore[attr-defined]
        closed.set()
        return result

    client.watch("a", close)
    client.start()
    server.accept().send(*state_responses([setting("a", 1)], 1))
    assert closed.wait(SLOW)
    client.close()
    assert client.reads.state is ClientState.CLOSED


def test_outage_is_logged_once(
    make: AnyClientFactory, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "vexil.client")
    client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
    client.start()
    for _ in range(3):
        server.accept().end(Unavailable("not yet", reason=Reason.NOT_READY))
    stream = server.accept()
    stream.send(*state_responses([], 1))
    client.connect(SLOW)
    messages = [record.getMessage() for record in caplog.records]
    assert sum("not yet" in message for message in messages) == 1
    assert sum("receiving again" in message for message in messages) == 1


@pytest.mark.parametrize("error", [AccessDenied("no"), Unimplemented("what?")])
def test_lasting_failure_is_retried_all_the_same(
    make: AnyClientFactory, server: ScriptedServer, error: AccessDenied
) -> None:
    client = make(server.target, namespace="shop", environment="prod", backoff=QUICK)
    client.start()
    for _ in range(3):
        server.accept().end(error)
    server.accept().send(*state_responses([], 1))
    assert client.wait_ready(SLOW)

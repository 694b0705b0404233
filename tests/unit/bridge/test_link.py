"""A link: one connection, made beside its callers, and pauses between attempts."""

import threading
from collections.abc import Sequence
from itertools import pairwise

import pytest

from tests.support.caches import PATIENCE, Beside
from vexil.bridge.redis.link import Link
from vexil.bridge.redis.protocol import Command, Reply

PING: Command = (b"PING",)


class Redis:
    """Answers, or not; counts connections and calls."""

    def __init__(self) -> None:
        self.up = self.quick = True
        self.connections = self.calls = self.closed = 0

    def connect(self, timeout: float) -> "Redis":
        self.connections += 1
        if not self.up:
            raise ConnectionRefusedError("away")
        return self

    def call(self, commands: Sequence[Command], timeout: float) -> list[Reply]:
        self.calls += 1
        if not (self.up and self.quick):
            raise TimeoutError("slow")
        return [b"PONG" for _ in commands]

    def close(self) -> None:
        self.closed += 1


class Fixture:
    """A link whose clock stands still."""

    def __init__(self) -> None:
        self.redis = Redis()
        self.beside = Beside()
        self.seconds = 0.0
        self.link = Link(self.redis.connect, PATIENCE, clock=lambda: self.seconds, run=self.beside)

    def attempts(self, calls: int, step: float) -> list[float]:
        """When attempts are made, with a call every `step` seconds."""
        times = []
        for _ in range(calls):
            self.seconds += step
            self.link.call(PING)
            if self.beside.run():
                times.append(self.seconds)
        return times


@pytest.fixture
def fixture() -> Fixture:
    return Fixture()


def test_first_connection_is_begun_before_the_first_call(fixture: Fixture) -> None:
    assert fixture.link.call(PING) is None
    assert fixture.beside.run() == 1
    assert fixture.link.call(PING, PING) == [b"PONG", b"PONG"]


def test_one_attempt_at_a_time(fixture: Fixture) -> None:
    for _ in range(10):
        fixture.link.call(PING)
    assert len(fixture.beside.waiting) == 1


def test_pauses_grow_to_five_seconds_while_redis_is_away(fixture: Fixture) -> None:
    fixture.redis.up = False
    fixture.beside.run()
    times = fixture.attempts(20_000, 0.01)
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses[0] < 1.0
    assert all(2.4 < pause < 5.1 for pause in pauses[8:])


def test_redis_that_connects_but_does_not_answer_calls_is_tried_less_and_less(fixture: Fixture) -> None:
    fixture.redis.quick = False
    fixture.beside.run()
    fixture.attempts(10_000, 0.01)
    assert fixture.redis.calls == fixture.redis.closed < 40


def test_answer_makes_pauses_small_again(fixture: Fixture) -> None:
    fixture.redis.up = False
    fixture.beside.run()
    fixture.attempts(10_000, 0.01)
    fixture.redis.up = True
    fixture.attempts(1000, 0.01)
    assert fixture.link.call(PING) == [b"PONG"]
    fixture.redis.quick = False
    assert fixture.link.call(PING) is fixture.link.call(PING) is None
    assert fixture.beside.run() == 1


def test_second_failure_is_logged_without_its_text(
    fixture: Fixture, caplog: pytest.LogCaptureFixture
) -> None:
    fixture.redis.up = False
    fixture.beside.run()
    assert caplog.records == []
    fixture.attempts(100, 0.01)
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("WARNING", "cache_away")
    assert vars(record)["fields"] == {"exception": "ConnectionRefusedError"}


def test_no_more_threads_is_a_miss() -> None:
    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    link = Link(Redis().connect, run=refuse)
    assert link.call(PING) is None


def test_call_waits_no_longer_for_another_than_for_redis(fixture: Fixture) -> None:
    fixture.beside.run()
    link = Link(fixture.redis.connect, timeout=0.001, run=lambda work: None)
    busy, done = threading.Event(), threading.Event()

    def hold() -> None:
        with link._using:
            busy.set()
            done.wait(PATIENCE)

    holder = threading.Thread(target=hold)
    holder.start()
    busy.wait(PATIENCE)
    assert link.call(PING) is None
    done.set()
    holder.join()


def test_closed_link_makes_no_connection_and_keeps_none(fixture: Fixture) -> None:
    fixture.link.close()
    fixture.beside.run()
    assert fixture.redis.closed == 1
    fixture.seconds += 100
    assert fixture.link.call(PING) is None
    assert fixture.beside.waiting == []

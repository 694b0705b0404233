"""Who is taken in and who is told to come back; laws of a fleet that obeys what it is told."""

import heapq
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.backend import backend
from tests.support.clock import ManualClock
from tests.support.watcher import watch
from vexil.core.errors import LimitExceeded, NotFound, OutOfRange, Reason
from vexil.core.resource import Revision
from vexil.server.watch.admission import Admission, AdmissionLimits
from vexil.server.watch.service import FromRevision

RATES = st.floats(1, 5000)
BURSTS = st.integers(1, 200)
SIZES = st.integers(1, 400)


def admission(time: ManualClock | None = None, **limits: float) -> Admission:
    return Admission(AdmissionLimits(**limits), (time or ManualClock()).clock)  # type: ignore[arg-type]


def refusal(door: Admission, principal: str = "orders") -> LimitExceeded:
    with pytest.raises(LimitExceeded) as raised, door.admitted(principal):
        pass
    return raised.value


def enter(door: Admission, time: ManualClock, size: int, jitter: Callable[[], float]) -> list[float]:
    """When each of a fleet that comes at once got in: those sent away come back when told, or somewhat later.

    `jitter` draws by how much of what they are told: from 0 to 1.
    """
    admitted: list[float] = []
    coming = [0.0] * size
    while coming:
        time.elapsed = heapq.heappop(coming)
        try:
            with door.admitted("fleet"):
                admitted.append(time.elapsed)
        except LimitExceeded as error:
            heapq.heappush(coming, time.elapsed + (error.retry_after or 0.0) * (1 + jitter()))
    return admitted


class TestRate:
    @given(SIZES, RATES, BURSTS)
    def test_fleet_that_comes_exactly_when_told_is_in_as_fast_as_the_rate_allows(
        self, size: int, rate: float, burst: int
    ) -> None:
        time = ManualClock()
        admitted = enter(admission(time, new_per_second=rate, burst=burst), time, size, lambda: 0.0)
        assert len(admitted) == size
        assert admitted[-1] <= max(size - burst, 0) / rate + 1e-3

    @given(SIZES, RATES, BURSTS, st.randoms(use_true_random=False))
    def test_fleet_that_adds_jitter_is_in_within_a_small_multiple_of_that(
        self, size: int, rate: float, burst: int, dice: Random
    ) -> None:
        time = ManualClock()
        admitted = enter(admission(time, new_per_second=rate, burst=burst), time, size, dice.random)
        assert admitted[-1] <= 4 * (size + 1) / rate

    @given(SIZES, RATES, BURSTS, st.randoms(use_true_random=False))
    def test_no_window_admits_more_than_the_burst_and_the_rate(
        self, size: int, rate: float, burst: int, dice: Random
    ) -> None:
        time = ManualClock()
        admitted = enter(admission(time, new_per_second=rate, burst=burst), time, size, dice.random)
        for first in range(0, len(admitted), 7):
            for last in range(first, len(admitted), 5):
                window = admitted[last] - admitted[first]
                assert last - first + 1 <= burst + window * rate + 0.01

    def test_refused_are_told_turns_one_after_the_other(self) -> None:
        door = admission(new_per_second=10, burst=1)
        with door.admitted("orders"):
            pass
        errors = [refusal(door) for _ in range(3)]
        assert {error.reason for error in errors} == {Reason.RATE_LIMITED}
        assert [round(error.retry_after or 0, 6) for error in errors] == [0.1, 0.2, 0.3]

    def test_room_comes_back_up_to_the_burst(self) -> None:
        time = ManualClock()
        door = admission(time, new_per_second=10, burst=3)
        for _ in range(3):
            with door.admitted("orders"):
                pass
        time.advance(1000)
        for _ in range(3):
            with door.admitted("orders"):
                pass
        refusal(door)

    def test_stream_that_ends_gives_no_room_back(self) -> None:
        door = admission(new_per_second=1, burst=1)
        with door.admitted("orders"):
            pass
        assert refusal(door).reason is Reason.RATE_LIMITED


class TestPrincipals:
    def test_one_with_too_many_streams_is_told_the_limit_and_when_to_come_back(self) -> None:
        door = admission(streams_per_principal=2)
        with door.admitted("orders"), door.admitted("orders"):
            first, second = refusal(door), refusal(door)
            assert first.reason is Reason.TOO_MANY_STREAMS
            assert first.metadata == {"limit": "2"}
            assert first.retry_after == 5.0
            assert (second.retry_after or 0) > 5.0, "they don't come back together"
            with door.admitted("billing"):
                pass
        with door.admitted("orders"):
            pass

    def test_refusal_for_too_many_takes_no_room_from_others(self) -> None:
        door = admission(streams_per_principal=1, new_per_second=1, burst=2)
        with door.admitted("orders"):
            for _ in range(10):
                refusal(door)
            with door.admitted("billing"):
                pass

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60), st.integers(1, 5))
    def test_open_streams_are_counted_whatever_their_end(
        self, steps: list[tuple[str, bool]], limit: int
    ) -> None:
        door = admission(streams_per_principal=limit)
        open_streams: list[tuple[str, ExitStack]] = []
        for principal, opens in steps:
            count = Counter(name for name, _ in open_streams)[principal]
            if opens and count < limit:
                stack = ExitStack()
                stack.enter_context(door.admitted(principal))
                open_streams.append((principal, stack))
            elif opens:
                assert refusal(door, principal).reason is Reason.TOO_MANY_STREAMS
            elif open_streams:
                open_streams.pop(0)[1].close()


class TestStreams:
    ONE = AdmissionLimits(streams_per_principal=1)

    async def test_stream_is_refused_before_anything_is_looked_up(self) -> None:
        async with backend(admission=self.ONE) as shop:
            first, second = watch(shop), watch(shop, environment="nowhere")
            await first.next()
            with pytest.raises(LimitExceeded):
                await second.next()
            await first.close()

    async def test_end_of_a_stream_makes_room_however_it_ended(self) -> None:
        async with backend(admission=self.ONE) as shop:
            left = watch(shop)
            await left.next()
            await left.close()
            with pytest.raises(NotFound):
                await watch(shop, environment="nowhere").next()
            with pytest.raises(OutOfRange):
                await watch(shop, start=FromRevision(Revision(99))).next()
            drained = watch(shop)
            await drained.until(1)
            shop.hub.drain(1.0)
            while not (await drained.next()).HasField("end"):
                pass
            await drained.close()
            assert (await watch(shop).next()).HasField("end")

    async def test_stream_that_was_never_read_is_not_counted(self) -> None:
        async with backend(admission=self.ONE) as shop:
            never = watch(shop)
            other = watch(shop)
            await other.next()
            await other.close()
            await never.close()

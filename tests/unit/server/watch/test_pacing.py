"""Who is woken when: everybody, in order, and never many in one turn of the loop."""

import asyncio
from collections.abc import Callable

import pytest

from vexil.server.watch.pacer import Pacer
from vexil.server.watch.signal import Signal
from vexil.server.watch.silence import Silence
from vexil.server.watch.waiter import Waiter

PER_TURN = 3


class Turns:
    """Counts the turns of the running loop, for as long as there are any to count."""

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = most
        asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self.count += 1
        if self.count < self._most:
            asyncio.get_running_loop().call_soon(self._turn)


class Crowd:
    """Sleepers that note in which turn each was woken, and may do something then."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.woken: list[tuple[str, int]] = []
        self.names: list[str] = []

    def join(self, signal: Signal, *names: str, then: Callable[[], None] = lambda: None) -> None:
        for name in names:
            signal.enter(Member(self, name, then))

    def by_turn(self) -> list[list[str]]:
        """The names of those woken in each turn in which anybody was."""
        turns = dict.fromkeys(turn for _, turn in self.woken)
        return [[name for name, turn in self.woken if turn == wanted] for wanted in turns]


class Member:
    def __init__(self, crowd: Crowd, name: str, then: Callable[[], None]) -> None:
        self._crowd = crowd
        self._name = name
        self._then = then

    def wake(self) -> bool:
        self._crowd.woken.append((self._name, self._crowd.turns.count))
        self._crowd.names.append(self._name)
        self._then()
        return False


class Overheard:
    def __init__(self, name: str, told: list[str], enough: asyncio.Event) -> None:
        self._name = name
        self._told = told
        self._enough = enough

    def silent_for_too_long(self) -> None:
        self._told.append(self._name)
        if len(self._told) >= 6:
            self._enough.set()


@pytest.fixture
async def crowd() -> Crowd:
    return Crowd(Turns(most=200))


async def settle(turns: int = 40) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)


async def test_so_many_are_woken_in_a_turn_and_all_in_order(crowd: Crowd) -> None:
    signal = Signal(Pacer(PER_TURN))
    names = [str(i) for i in range(10)]
    crowd.join(signal, *names)
    signal.fire()
    assert crowd.woken == []
    await settle()
    assert crowd.names == names
    assert [len(woken) for woken in crowd.by_turn()] == [3, 3, 3, 1]


async def test_turns_in_which_some_are_woken_are_shared_with_everybody_else(crowd: Crowd) -> None:
    signal = Signal(Pacer(PER_TURN))
    crowd.join(signal, *map(str, range(9)))
    signal.fire()
    await settle()
    turns = [turn for _, turn in crowd.woken]
    assert turns == [turns[0]] * 3 + [turns[0] + 1] * 3 + [turns[0] + 2] * 3


async def test_many_groups_share_one_budget_and_take_turns(crowd: Crowd) -> None:
    pacer = Pacer(PER_TURN)
    signals = [Signal(pacer) for _ in range(4)]
    for number, signal in enumerate(signals):
        crowd.join(signal, f"{number}a", f"{number}b")
        signal.fire()
    await settle()
    assert crowd.by_turn() == [["0a", "1a", "2a"], ["3a", "0b", "1b"], ["2b", "3b"]]


async def test_few_are_not_held_up_by_many(crowd: Crowd) -> None:
    pacer = Pacer(PER_TURN)
    many, few = Signal(pacer), Signal(pacer)
    crowd.join(many, *map(str, range(50)))
    crowd.join(few, "few")
    many.fire()
    few.fire()
    await settle()
    assert crowd.names.index("few") == 1
    assert len(crowd.names) == 51


async def test_one_who_comes_while_others_are_woken_waits_for_the_next_time(crowd: Crowd) -> None:
    signal = Signal(Pacer(1))
    crowd.join(signal, "a", then=lambda: crowd.join(signal, "late"))
    crowd.join(signal, "b")
    signal.fire()
    await settle()
    assert crowd.names == ["a", "b"]
    signal.fire()
    await settle()
    assert crowd.names == ["a", "b", "late"]


async def test_who_has_waited_longest_is_woken_first_when_it_fires_again_meanwhile(crowd: Crowd) -> None:
    signal = Signal(Pacer(1))

    def again() -> None:
        crowd.join(signal, "a again")
        signal.fire()

    crowd.join(signal, "a", then=again)
    crowd.join(signal, "b", "c")
    signal.fire()
    await settle()
    assert crowd.names == ["a", "b", "c", "a again"]


async def test_nobody_is_woken_twice_for_one_signal_and_nobody_who_left(crowd: Crowd) -> None:
    signal = Signal(Pacer(PER_TURN))
    leaving = Member(crowd, "leaving", lambda: None)
    signal.enter(leaving)
    crowd.join(signal, "staying")
    signal.leave(leaving)
    signal.fire()
    signal.fire()
    await settle()
    assert crowd.names == ["staying"]


async def test_one_is_called_without_the_others(crowd: Crowd) -> None:
    signal = Signal(Pacer(PER_TURN))
    called, absent = Member(crowd, "called", lambda: None), Member(crowd, "absent", lambda: None)
    crowd.join(signal, "other")
    signal.enter(called)
    signal.call(called)
    signal.call(absent)
    await settle()
    assert crowd.names == ["called"]
    signal.fire()
    await settle()
    assert crowd.names == ["called", "other"]


class Last:
    def __init__(self) -> None:
        self.woken = asyncio.Event()

    def wake(self) -> bool:
        self.woken.set()
        return False


class Busy:
    """A sleeper that goes on with something when it is woken, and is finished when it is told to be."""

    def __init__(self, woken: list[str], name: str) -> None:
        self._woken = woken
        self._name = name

    def wake(self) -> bool:
        self._woken.append(self._name)
        return True


async def test_the_next_are_woken_when_all_before_have_finished() -> None:
    pacer, woken = Pacer(PER_TURN, patience=60), list[str]()
    signal = Signal(pacer)
    busy = [Busy(woken, str(i)) for i in range(7)]
    for sleeper in busy:
        signal.enter(sleeper)
    signal.fire()
    await settle()
    assert woken == ["0", "1", "2"]
    for sleeper in busy[:2]:
        signal.enter(sleeper)
        await settle()
    assert woken == ["0", "1", "2"]
    signal.enter(busy[2])
    await settle()
    assert woken == ["0", "1", "2", "3", "4", "5"]


async def test_one_who_does_not_finish_holds_nobody_up_for_long() -> None:
    pacer, woken = Pacer(1, patience=0.001), list[str]()
    signal = Signal(pacer)
    last = Last()
    for name in "abc":
        signal.enter(Busy(woken, name))
    signal.enter(last)
    signal.fire()
    await asyncio.wait_for(last.woken.wait(), 30)
    assert woken == ["a", "b", "c"]


async def test_work_that_fails_is_reported_and_holds_nobody_up(crowd: Crowd) -> None:
    reported: list[BaseException] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reported.append(context["exception"]))
    signal = Signal(Pacer(PER_TURN))

    def fail() -> None:
        raise ArithmeticError

    crowd.join(signal, "a")
    crowd.join(signal, "b", then=fail)
    crowd.join(signal, "c")
    signal.fire()
    await settle()
    loop.set_exception_handler(None)
    assert crowd.names == ["a", "b", "c"]
    assert [type(error) for error in reported] == [ArithmeticError]


async def test_waiter_is_woken_by_the_signal_every_time() -> None:
    signal = Signal(Pacer(PER_TURN))
    silence = Silence(60)
    waiters = [Waiter(signal, silence) for _ in range(10)]
    for _ in range(3):
        waits = [asyncio.create_task(waiter.wait()) for waiter in waiters]
        await asyncio.sleep(0)
        signal.fire()
        await asyncio.gather(*waits)
        assert not any(waiter.overdue for waiter in waiters)


async def test_cancelled_waiter_leaves_the_others_waiting_also_after_the_signal() -> None:
    signal = Signal(Pacer(1))
    silence = Silence(60)
    early, late, staying = (Waiter(signal, silence) for _ in range(3))
    waits = [asyncio.create_task(waiter.wait()) for waiter in (early, late, staying)]
    await asyncio.sleep(0)
    waits[0].cancel()
    await asyncio.gather(waits[0], return_exceptions=True)
    assert not waits[2].done()
    signal.fire()
    waits[1].cancel()
    await waits[2]
    assert waits[1].cancelled()


async def test_waiter_that_was_silent_for_too_long_is_overdue_and_nobody_else() -> None:
    signal = Signal(Pacer(PER_TURN))
    patient, impatient = Waiter(signal, Silence(60)), Waiter(signal, Silence(0.01))
    waiting = asyncio.create_task(patient.wait())
    for _ in range(2):
        await impatient.wait()
        assert impatient.overdue
        impatient.overdue = False
    assert not waiting.done()
    assert not patient.overdue
    patient.wake()
    await waiting


async def test_silence_is_counted_for_each_listener_from_when_it_began() -> None:
    told: list[str] = []
    enough = asyncio.Event()
    silence = Silence(0.02)
    first, second, gone = (Overheard(name, told, enough) for name in ("first", "second", "gone"))
    for listener in (first, second, gone):
        silence.begin(listener)
    silence.end(gone)
    silence.end(first)
    silence.begin(first)
    await asyncio.wait_for(enough.wait(), 30)
    assert told[:6] == ["second", "first"] * 3

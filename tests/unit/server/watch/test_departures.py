import asyncio

from tests.support.clock import ManualClock
from vexil.server.watch.departures import Departures


async def test_streams_that_end_together_are_told_turns_of_their_own() -> None:
    departures = Departures(10, ManualClock().clock)
    turns = await asyncio.gather(*(departures.turn() for _ in range(50)))
    assert [round(turn, 9) for turn in sorted(turns)] == [round(1 + i / 10, 9) for i in range(50)]


async def test_streams_end_one_after_the_other() -> None:
    departures = Departures(1000, ManualClock().clock)
    departures.hurry(100, 0.2)
    leaving = [asyncio.create_task(departures.turn()) for _ in range(100)]
    await asyncio.wait(leaving, return_when=asyncio.FIRST_COMPLETED)
    assert any(not each.done() for each in leaving)
    await asyncio.gather(*leaving)


async def test_no_time_to_leave_is_no_time_to_wait() -> None:
    departures = Departures(1000, ManualClock().clock)
    departures.hurry(100_000, 0.0)
    assert await departures.turn() == 1.0

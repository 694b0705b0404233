"""Work in pieces: so many at once, and everybody else in between."""

import asyncio
from collections.abc import Generator

import pytest

from vexil.server.giving_way import in_pieces


def work(done: list[int], count: int) -> Generator[None, None, str]:
    for number in range(count):
        done.append(number)
        yield
    return "all of it"


async def test_others_have_their_turn_after_so_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    naps: list[int] = []
    turns: list[int] = []
    monkeypatch.setattr("vexil.server.giving_way.time.sleep", lambda _: naps.append(len(done)))
    working = asyncio.create_task(in_pieces(work(done, 10), at_once=4))
    while not working.done():
        turns.append(len(done))
        await asyncio.sleep(0)
    assert await working == "all of it"
    assert turns == [0, 4, 8, 10][: len(turns)]
    assert naps == [4, 8]


async def test_piece_that_fails_ends_the_work() -> None:
    def failing() -> Generator[None, None, None]:
        yield
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await in_pieces(failing(), at_once=1)

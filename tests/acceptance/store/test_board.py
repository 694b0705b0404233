"""The board's promises, for every implementation."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.store.backends import dynamodb_database, new_tables
from tests.support.clock import START, ManualClock
from vexil.core.errors import Reason, Unavailable
from vexil.server.clock import Clock
from vexil.server.stores.board import Board, Notice
from vexil.server.stores.dynamodb.board import DynamoDBBoard
from vexil.server.stores.memory_board import MemoryBoard
from vexil.server.stores.sqlite import SqliteBoard


def dynamodb(request: pytest.FixtureRequest, clock: Clock) -> Board:
    return DynamoDBBoard(new_tables(dynamodb_database(request)), clock)


def sqlite(request: pytest.FixtureRequest, clock: Clock) -> Board:
    path: Path = request.getfixturevalue("tmp_path")
    return SqliteBoard(path / "vexil.db-board", clock)


BOARDS: dict[str, Callable[[pytest.FixtureRequest, Clock], Board]] = {
    "memory": lambda _, clock: MemoryBoard(clock),
    "sqlite": sqlite,
    "dynamodb": dynamodb,
}


@pytest.fixture
def time() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=BOARDS)
async def board(request: pytest.FixtureRequest, time: ManualClock) -> AsyncIterator[Board]:
    made = BOARDS[request.param](request, time.clock)
    yield made
    await made.close()


def notice(author: str, content: bytes = b"here", topic: str = "a", seconds: float = 10) -> Notice:
    return Notice(topic, author, content, START + timedelta(seconds=seconds))


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


async def test_board_is_empty_at_first(board: Board) -> None:
    assert await board.notices("a") == []


async def test_notices_are_by_topic_and_author(board: Board) -> None:
    await board.post([notice("ü"), notice("b"), notice("b", topic="c"), notice("Z")])
    assert await board.notices("a") == [notice("Z"), notice("b"), notice("ü")]
    assert await board.notices("c") == [notice("b", topic="c")]


async def test_notice_replaces_the_one_before(board: Board) -> None:
    await board.post([notice("x", b"\0old", seconds=5), notice("y")])
    await board.post([notice("x", b"\0new")])
    assert await board.notices("a") == [notice("x", b"\0new"), notice("y")]


async def test_large_notice_comes_back_whole(board: Board) -> None:
    large = bytes(range(256)) * 4096
    await board.post([notice("x", large)])
    assert await board.notices("a") == [notice("x", large)]


async def test_many_notices_can_be_posted_at_once(board: Board) -> None:
    posted = [notice(f"{author:03}", bytes(author * 40)) for author in range(230)]
    await board.post([*posted, notice("x", topic="b")])
    assert await board.notices("a") == posted
    assert await board.notices("b") == [notice("x", topic="b")]


async def test_of_two_notices_in_one_post_the_later_counts(board: Board) -> None:
    await board.post([notice("x", b"early"), notice("x", b"late")])
    assert await board.notices("a") == [notice("x", b"late")]


async def test_notice_expires(board: Board, time: ManualClock) -> None:
    await board.post([notice("x", seconds=10), notice("y", seconds=10.000001)])
    time.advance(10)
    assert await board.notices("a") == [notice("y", seconds=10.000001)]
    time.advance(1)
    assert await board.notices("a") == []


async def test_withdrawn_notice_is_gone(board: Board) -> None:
    await board.post([notice("x"), notice("y"), notice("x", topic="b")])
    await board.withdraw("a", "x")
    await board.withdraw("a", "never was")
    assert await board.notices("a") == [notice("y")]
    assert await board.notices("b") == [notice("x", topic="b")]


async def test_nothing_to_post_is_fine(board: Board) -> None:
    await board.post([])
    assert await board.notices("a") == []


async def test_closed_board_answers_no_calls(board: Board) -> None:
    await board.close()
    await board.close()
    for call in (board.post([]), board.notices("a"), board.withdraw("a", "x")):
        with pytest.raises(Unavailable) as caught:
            await call
        assert caught.value.reason is Reason.STORE_UNAVAILABLE


class TestSharedFile:
    """What the file of several processes is besides."""

    @pytest.fixture
    async def boards(self, tmp_path: Path, time: ManualClock) -> AsyncIterator[tuple[Board, Board]]:
        async with AsyncExitStack() as stack:
            made = [SqliteBoard(tmp_path / "board", time.clock) for _ in range(2)]
            for each in made:
                stack.push_async_callback(each.close)
            yield made[0], made[1]

    async def test_all_see_what_one_posts_also_when_it_has_gone(self, boards: tuple[Board, Board]) -> None:
        one, other = boards
        await one.post([notice("x")])
        assert await other.notices("a") == [notice("x")]
        await one.close()
        assert await other.notices("a") == [notice("x")]

    async def test_file_is_made_when_it_is_used(self, boards: tuple[Board, Board], tmp_path: Path) -> None:
        assert names(tmp_path) == set()
        await boards[0].post([])
        assert "board" in names(tmp_path)

    async def test_damaged_file_is_begun_anew(self, boards: tuple[Board, Board], tmp_path: Path) -> None:
        (tmp_path / "board").write_bytes(b"no database at all" * 100)
        with pytest.raises(Unavailable):
            await boards[0].notices("a")
        await boards[0].post([notice("x")])
        assert await boards[1].notices("a") == [notice("x")]

    async def test_file_that_another_process_began_anew_is_followed(
        self, boards: tuple[Board, Board], tmp_path: Path
    ) -> None:
        one, other = boards
        await one.post([notice("x")])
        await other.notices("a")
        for name in names(tmp_path):
            (tmp_path / name).unlink()
        await one.post([notice("y")])
        assert await other.notices("a") == [notice("y")]

    async def test_missing_directory_is_unavailable(self, tmp_path: Path, time: ManualClock) -> None:
        board = SqliteBoard(tmp_path / "none" / "board", time.clock)
        with pytest.raises(Unavailable):
            await board.post([notice("x")])
        await board.close()

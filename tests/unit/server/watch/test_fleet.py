"""The subscribers of several processes: who they are, and what becomes of them when a process dies."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from vexil.core.errors import Reason, Unavailable
from vexil.core.resource import Kind, ResourceId, Revision
from vexil.server.stores.board import Notice
from vexil.server.stores.memory_board import MemoryBoard
from vexil.server.watch.convergence import Convergence
from vexil.server.watch.fleet import Fleet
from vexil.server.watch.notices import decode_heartbeat, decode_statuses, encode_statuses
from vexil.server.watch.subscribers import (
    Applied,
    Rejection,
    Report,
    Subscriber,
    SubscriberStatus,
    merged,
)

PLACE = ("shop", "prod")
TILL = Subscriber("till", "till-0", "1.0", "north", "vexil-python/0.1.0")
CART = Subscriber("cart", "cart-0")


class Process:
    """What one server process knows."""

    def __init__(self, board: MemoryBoard, time: ManualClock) -> None:
        self.convergence = Convergence(time.clock, keep=60)
        self.fleet = Fleet(self.convergence, board, time.clock)

    def apply(self, subscriber: Subscriber, *revisions: int, rejection: Rejection | None = None) -> None:
        applied = [Applied(Revision(each)) for each in revisions]
        self.convergence.acknowledge(PLACE, Report(subscriber, applied, rejection))

    async def only(self) -> SubscriberStatus:
        [status] = await self.fleet.subscribers(PLACE)
        return status


class CountingBoard(MemoryBoard):
    """Counts what is posted, and can be away."""

    def __init__(self, time: ManualClock) -> None:
        super().__init__(time.clock)
        self.posts: list[Sequence[Notice]] = []
        self.away = False

    async def post(self, notices: Sequence[Notice]) -> None:
        if self.away:
            raise Unavailable("away", reason=Reason.STORE_UNAVAILABLE)
        self.posts.append(notices)
        await super().post(notices)


@pytest.fixture
def time() -> ManualClock:
    return ManualClock()


@pytest.fixture
def board(time: ManualClock) -> CountingBoard:
    return CountingBoard(time)


@pytest.fixture
def here(board: CountingBoard, time: ManualClock) -> Process:
    return Process(board, time)


@pytest.fixture
def there(board: CountingBoard, time: ManualClock) -> Process:
    return Process(board, time)


async def test_every_process_knows_the_subscribers_of_all(here: Process, there: Process) -> None:
    refusal = Rejection(Revision(4), "no", ResourceId(Kind.SETTING, "prod", "color"))
    with there.convergence.connected(PLACE, TILL):
        there.apply(TILL, 2, 3, rejection=refusal)
        here.apply(CART, 4)
        for process in (here, there):
            await process.fleet.post()
        cart, till = await here.fleet.subscribers(PLACE)
        assert (cart.subscriber, till.subscriber) == (CART, TILL)
        assert (till.streams, till.applied.newest, till.rejection) == (1, 3, refusal)
        again = await there.fleet.subscribers(PLACE)
        assert [(each.subscriber, list(each.applied)) for each in again] == [
            (CART, list(cart.applied)),
            (TILL, list(till.applied)),
        ]
        assert await here.fleet.subscribers(("shop", "qa")) == []


async def test_instance_that_went_to_another_process_is_one_subscriber(
    here: Process, there: Process, time: ManualClock
) -> None:
    with here.convergence.connected(PLACE, TILL):
        here.apply(TILL, 5)
    time.advance(1)
    moved = Subscriber(TILL.service, TILL.instance, version="1.1")
    with there.convergence.connected(PLACE, moved):
        there.apply(moved, 4)
        for process in (here, there):
            await process.fleet.post()
        for process in (here, there):
            status = await process.only()
            assert (status.subscriber, status.streams, status.applied.newest) == (moved, 1, 5)


async def test_subscribers_of_a_killed_process_count_as_away_and_are_forgotten(
    here: Process, there: Process, time: ManualClock
) -> None:
    with there.convergence.connected(PLACE, TILL):
        time.advance(1000)
        await there.fleet.post()
        assert (await here.only()).streams == 1
        time.advance(11)
        assert (await here.only()).streams == 0
        time.advance(48)
        assert (await here.only()).streams == 0
        time.advance(2)
        assert await here.fleet.subscribers(PLACE) == []


async def test_process_that_is_told_to_stop_says_so_at_once(here: Process, there: Process) -> None:
    with there.convergence.connected(PLACE, TILL):
        await there.fleet.post()
    await there.fleet.leave()
    status = await here.only()
    assert (status.subscriber, status.streams) == (TILL, 0)


async def test_leaving_does_not_mind_a_board_that_fails(there: Process, board: CountingBoard) -> None:
    there.apply(TILL, 1)
    board.away = True
    await there.fleet.leave()


async def test_fleet_at_rest_costs_a_heartbeat(
    there: Process, board: CountingBoard, time: ManualClock
) -> None:
    with there.convergence.connected(PLACE, TILL):
        for _ in range(30):
            await there.fleet.post()
            time.advance(1)
    assert len(board.posts) == 10
    assert sorted(map(len, board.posts)) == [1] * 9 + [2]


async def test_process_without_subscribers_posts_nothing(there: Process, board: CountingBoard) -> None:
    await there.fleet.post()
    assert board.posts == []


async def test_fleet_at_rest_for_long_is_still_known(
    here: Process, there: Process, time: ManualClock
) -> None:
    with there.convergence.connected(PLACE, TILL):
        for _ in range(200):
            await there.fleet.post()
            time.advance(3)
        assert (await here.only()).streams == 1


async def test_what_the_board_has_lost_is_posted_again(
    here: Process, there: Process, board: CountingBoard, time: ManualClock
) -> None:
    with there.convergence.connected(PLACE, TILL):
        await there.fleet.post()
        for notice in board.posts[0]:
            await board.withdraw(notice.topic, notice.author)
        assert await here.fleet.subscribers(PLACE) == []
        time.advance(3)
        await there.fleet.post()
        assert (await here.only()).streams == 1


async def test_forgotten_subscriber_is_taken_off_the_board(
    there: Process, board: CountingBoard, time: ManualClock
) -> None:
    there.apply(TILL, 1)
    await there.fleet.post()
    [notice, _] = board.posts[0]
    time.advance(61)
    there.convergence.sweep()
    await there.fleet.post()
    assert await board.notices(notice.topic) == []


async def test_what_could_not_be_posted_is_posted_later(
    here: Process, there: Process, board: CountingBoard
) -> None:
    there.apply(TILL, 1)
    board.away = True
    with pytest.raises(Unavailable):
        await there.fleet.post()
    board.away = False
    await there.fleet.post()
    assert (await here.only()).applied.newest == 1


async def test_notice_that_cannot_be_read_is_left_out(
    here: Process, there: Process, board: CountingBoard
) -> None:
    there.apply(TILL, 1)
    await there.fleet.post()
    [notice, _] = board.posts[0]
    await board.post([Notice(notice.topic, "other/0", b"\xff{", notice.expires_at)])
    assert (await here.only()).subscriber == TILL


@given(st.binary() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(repr).map(str.encode))
def test_no_bytes_break_a_reader(content: bytes) -> None:
    decode_statuses(content)
    decode_heartbeat(content)


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
rejections = st.builds(
    Rejection,
    st.integers(1, 90).map(Revision),
    names,
    st.none() | st.builds(ResourceId, st.sampled_from(Kind), names, names),
)


@st.composite
def statuses(draw: st.DrawFn) -> SubscriberStatus:
    version, moments = draw(names), st.integers(0, 10**15)
    status = SubscriberStatus(
        Subscriber("till", "0", version), draw(moments), draw(moments), streams=draw(st.integers(0, 1))
    )
    for revision in draw(st.lists(st.integers(1, 90))):
        status.applied.note(Revision(revision), draw(moments))
    status.refuse(draw(st.none() | rejections))
    return status


def seen(status: SubscriberStatus) -> tuple[object, ...]:
    rejected = status.rejection and status.rejection.revision
    return status.known_since, status.seen_at, status.streams, list(status.applied), rejected


@given(statuses())
def test_what_is_told_is_what_is_known(status: SubscriberStatus) -> None:
    [told] = decode_statuses(encode_statuses([status]))
    assert (told.subscriber, told.rejection, seen(told)) == (
        status.subscriber,
        status.rejection,
        seen(status),
    )


@given(st.lists(statuses(), min_size=3, max_size=3))
def test_who_is_asked_first_makes_no_difference(three: list[SubscriberStatus]) -> None:
    one, two, three_ = three
    assert seen(merged(one, two)) == seen(merged(two, one))
    assert seen(merged(merged(one, two), three_)) == seen(merged(one, merged(two, three_)))

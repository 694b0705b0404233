"""Emptying the outbox: in order, at least once, whatever the destination does."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from tests.support.announcing import Received, Shop
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.errors import AccessDenied, NotFound, Unavailable
from vexil.core.resource import Revision
from vexil.server.announce.announcer import CLAIM_SECONDS
from vexil.server.announce.destination import MAX_BATCH, MAX_BATCH_BYTES
from vexil.server.stores.log_outbox import LogOutbox
from vexil.server.stores.memory_marks import MemoryMarks


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    yield shop
    await shop.store.close()


async def test_what_waits_and_what_comes_is_announced_once_and_in_order(shop: Shop) -> None:
    received = Received()
    await shop.commit(50)
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 50)
        await shop.commit(3)
        await received.until(lambda: len(received.accepted) == 53)
    assert received.revisions() == list(range(1, 54))
    assert await shop.outbox.backlogs() == []


async def test_names_of_keys_and_users_are_announced_to_nobody(shop: Shop) -> None:
    received = Received()
    await shop.commit(40, SYSTEM_NAMESPACE)
    await shop.commit(2)
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 2)
        await shop.commit(1, SYSTEM_NAMESPACE)
        await shop.commit(1)
        await received.until(lambda: len(received.accepted) == 3)
    assert {namespace for namespace, _ in received.accepted} == {"shop"}
    assert await shop.outbox.backlogs() == []


async def test_ordered_destination_gets_one_of_each_namespace_in_a_call(shop: Shop) -> None:
    received = Received()
    for number in range(MAX_BATCH + 2):
        await shop.commit(3, f"n{number}")
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 3 * (MAX_BATCH + 2))
    for batch in received.batches:
        assert len({each.namespace for each in batch}) == len(batch) <= MAX_BATCH
    for number in range(MAX_BATCH + 2):
        assert received.revisions(f"n{number}") == [1, 2, 3]


async def test_destination_without_order_gets_full_batches(shop: Shop) -> None:
    received = Received(ordered=False)
    await shop.commit(25)
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 25)
    assert [len(batch) for batch in received.batches] == [10, 10, 5]
    assert received.revisions() == list(range(1, 26))


async def test_batches_keep_to_the_limit_in_bytes(shop: Shop) -> None:
    received = Received(ordered=False)
    await shop.commit(10, keys=300)
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 10)
    assert 2 < len(received.batches) < 10
    for batch in received.batches:
        assert sum(each.size for each in batch) <= MAX_BATCH_BYTES


async def test_commits_do_not_wait_for_a_destination_that_hangs(shop: Shop) -> None:
    received = Received()
    received.open.clear()
    await shop.commit()
    async with shop.announcing(received):
        await received.until(lambda: received.calls == 1)
        await shop.commit(100)
        assert received.accepted == []
        received.open.set()
        await received.until(lambda: len(received.accepted) == 101)
    assert received.revisions() == list(range(1, 102))


async def test_nothing_is_lost_while_the_destination_fails(shop: Shop) -> None:
    received = Received()
    received.down = Unavailable("memory is full")
    await shop.commit(3)
    with capture_logs() as logs:
        async with shop.announcing(received):
            await received.until(lambda: received.calls == 2)
            await shop.commit(2)
            received.down = None
            await received.until(lambda: len(received.accepted) == 5)
    assert received.revisions() == [1, 2, 3, 4, 5]
    failures = [line for line in logs if line["event"] == "announcing_failed"]
    assert failures[0]["code"] == "UNAVAILABLE"
    assert failures[0]["error"] == "memory is full"
    assert failures[0]["waiting"] == 3
    assert len(failures) >= 2


async def test_announcement_that_is_refused_stops_its_namespace_only(shop: Shop) -> None:
    received = Received(ordered=False)
    refusing = True
    received.fail = lambda each: (
        AccessDenied("no") if refusing and (each.namespace, each.revision) == ("shop", 2) else None
    )
    await shop.commit(4)
    await shop.commit(4, "other")
    async with shop.announcing(received):
        await received.until(lambda: received.revisions("other") == [1, 2, 3, 4])
        assert await shop.outbox.pending("shop", 1)
        refusing = False
        await received.until(lambda: received.revisions()[-3:] == [2, 3, 4])
    assert received.revisions()[0] == 1


async def test_ordered_namespace_does_not_overtake_a_refused_announcement(shop: Shop) -> None:
    received = Received()
    refused = [NotFound("gone"), NotFound("gone")]
    received.fail = lambda each: refused.pop() if each.revision == 3 and refused else None
    await shop.commit(5)
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 5)
    assert received.revisions() == [1, 2, 3, 4, 5]


async def test_of_several_announcers_one_announces(shop: Shop) -> None:
    received = Received()
    async with shop.announcing(received), shop.announcing(received), shop.announcing(received):
        for _ in range(30):
            await shop.commit()
            await received.next()
        await received.until(lambda: len(received.accepted) >= 30)
    assert received.revisions() == list(range(1, 31))


async def test_announcer_that_stops_lets_another_one_at_once(shop: Shop) -> None:
    first, second = Received(), Received()
    async with shop.announcing(first):
        await shop.commit(2)
        await first.until(lambda: len(first.accepted) == 2)
    await shop.commit(2)
    async with shop.announcing(second):
        await second.until(lambda: len(second.accepted) == 2)
    assert (first.revisions(), second.revisions()) == ([1, 2], [3, 4])


async def test_announcer_whose_destination_fails_lets_another_one(shop: Shop) -> None:
    broken, works = Received(), Received()
    broken.down = Unavailable("cut off")
    await shop.commit(2)
    async with shop.announcing(broken):
        await broken.until(lambda: broken.calls == 1)
        async with shop.announcing(works):
            await works.until(lambda: len(works.accepted) == 2)


async def test_claim_of_one_that_died_expires(shop: Shop) -> None:
    await shop.outbox.claim("dead", CLAIM_SECONDS)
    received = Received()
    await shop.commit()
    async with shop.announcing(received):
        for _ in range(100):
            await asyncio.sleep(0)
        assert received.calls == 0
        shop.time.advance(CLAIM_SECONDS)
        await received.until(lambda: len(received.accepted) == 1)


async def test_what_was_published_and_not_marked_is_published_again(shop: Shop) -> None:
    received = Received()
    await shop.commit(3)
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 3)
    fresh = LogOutbox(shop.store, MemoryMarks(shop.time.clock))
    await fresh.mark("shop", Revision(1))
    shop.outbox = fresh
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 5)
    assert received.revisions() == [1, 2, 3, 2, 3]

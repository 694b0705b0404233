"""What the announcer says of itself: whether it will work, and how far it is behind."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from structlog.testing import capture_logs

from tests.support.announcing import PATIENCE, Received, Shop
from vexil.core.errors import AccessDenied, NotFound, Unavailable
from vexil.server.announce.lag import Lag


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    yield shop
    await shop.store.close()


async def test_destination_is_looked_at_before_there_is_anything_to_announce(shop: Shop) -> None:
    works, wrong = Received(), Received()
    wrong.wrong = NotFound("there is no memory: create it")
    with capture_logs() as logs:
        for destination in (works, wrong):
            async with shop.announcing(destination):
                await until_said(logs, "announcing" if destination is works else "announcing_doubtful")
    said = {line["event"]: line for line in logs}
    assert said["announcing"]["ordered"]
    assert said["announcing_doubtful"]["code"] == "NOT_FOUND"
    assert said["announcing_doubtful"]["error"] == "there is no memory: create it"


async def test_destination_that_looks_wrong_is_tried_all_the_same(shop: Shop) -> None:
    received = Received()
    received.wrong = AccessDenied("not to be looked at")
    await shop.commit()
    async with shop.announcing(received):
        await received.until(lambda: len(received.accepted) == 1)


async def test_lag_is_that_of_the_oldest_commit_that_waits(shop: Shop) -> None:
    received = Received()
    received.open.clear()
    with capture_logs() as logs:
        await shop.commit(3)
        shop.time.advance(101)  # the first commit is of second 1
        async with shop.announcing(received) as announcer:
            await received.until(lambda: received.calls == 1)
            assert announcer.lag is not None
            assert (announcer.lag.waiting, round(announcer.lag.seconds)) == (3, 100)
            received.open.set()
            await until_said(logs, "announcing_caught_up")
            assert announcer.lag == Lag(0, 0)
    behind = [line for line in logs if line["event"] == "announcing_behind"]
    assert [(line["waiting"], line["seconds"]) for line in behind] == [(3, 100)]


async def test_lag_is_known_to_the_one_who_announces(shop: Shop) -> None:
    received, other = Received(), Received()
    received.open.clear()
    await shop.commit()
    async with shop.announcing(received) as first:
        await received.until(lambda: received.calls == 1)
        async with shop.announcing(other) as second:
            assert (first.lag, second.lag) == (Lag(1, 0), None)
            received.open.set()
            await received.until(lambda: len(received.accepted) == 1)


async def test_failures_say_how_far_behind_announcing_is(shop: Shop) -> None:
    received = Received()
    received.down = Unavailable("memory is full")
    await shop.commit(2)
    shop.time.advance(31)
    with capture_logs() as logs:
        async with shop.announcing(received):
            await until_said(logs, "announcing_failed")
    failed = next(line for line in logs if line["event"] == "announcing_failed")
    assert (failed["waiting"], failed["seconds"]) == (2, 30)
    assert "announcing_behind" not in {line["event"] for line in logs}


async def until_said(logs: Sequence[Mapping[str, object]], event: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while event not in {line["event"] for line in logs}:  # noqa: ASYNC110 - a log has no event to wait for
            await asyncio.sleep(0)

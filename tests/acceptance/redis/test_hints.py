"""Hints through a real Redis: they arrive, and nothing that happens to Redis costs more than time."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

import pytest
from redis import Redis
from redis.client import PubSub
from structlog.testing import capture_logs

from tests.support.engines.redis import redis_process
from vexil.core.resource import Revision
from vexil.server.stores.hints import Hint
from vexil.server.stores.redis import RedisHints, RedisPlace

DEADLINE = 30.0


@asynccontextmanager
async def hints(url: str) -> AsyncIterator[RedisHints]:
    """A source that does not pause between attempts."""
    source = RedisHints(RedisPlace(url), sleep=lambda _: asyncio.sleep(0.001))
    try:
        yield source
    finally:
        await source.close()


class Listener:
    """Counts what a source yields; `last` is the newest of it."""

    def __init__(self, source: RedisHints) -> None:
        self.count = 0
        self.last: Hint = None
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._listen(source))

    async def reach(self, count: int) -> None:
        """Waits until that many have come."""
        async with asyncio.timeout(DEADLINE), self._changed:
            await self._changed.wait_for(lambda: self.count >= count)

    async def _listen(self, source: RedisHints) -> None:
        async for hint in source.listen():
            async with self._changed:
                self.count += 1
                self.last = hint
                self._changed.notify_all()


@asynccontextmanager
async def listening(source: RedisHints, redis: Redis) -> AsyncIterator[Listener]:
    """A listener of a source that is connected; its first yields have come."""
    listener = Listener(source)
    await until(lambda: subscribers(redis) > 0)
    await quiet(listener)
    yield listener


async def quiet(listener: Listener) -> None:
    """Waits until what is under way has arrived: nothing comes for a while."""
    while True:
        before = listener.count
        await asyncio.sleep(0.05)
        if listener.count == before:
            return


def channel(redis: Redis) -> str:
    return f"vexil:hints:{redis.get_connection_kwargs().get('db', 0)}"


def subscribers(redis: Redis) -> int:
    ((_, count),) = redis.pubsub_numsub(channel(redis))
    return int(count)


def told(redis: Redis, namespace: str) -> float | None:
    score = redis.zscore("vexil:revisions", namespace)
    assert score is None or isinstance(score, float)
    return score


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not happened():  # noqa: ASYNC110 - what Redis holds has no event
            await asyncio.sleep(0.005)


def messages(subscription: PubSub) -> list[bytes]:
    """What has come on a subscription so far."""
    found = []
    while (message := subscription.get_message(timeout=0.2)) is not None:
        if message["type"] == "message":
            found.append(message["data"])
    return found


async def test_hints_reach_everybody_else(url: str, redis: Redis) -> None:
    async with (
        hints(url) as teller,
        hints(url) as first,
        hints(url) as second,
        listening(first, redis) as one,
        listening(second, redis) as two,
    ):
        await until(lambda: subscribers(redis) == 3)
        seen = one.count, two.count
        teller.tell("shop", Revision(7))
        await one.reach(seen[0] + 1)
        await two.reach(seen[1] + 1)
        assert one.last == two.last == {"shop": 7}
    assert told(redis, "shop") == 7


async def test_hints_do_not_come_back_to_who_told_them(url: str, redis: Redis) -> None:
    async with (
        hints(url) as teller,
        hints(url) as other,
        listening(teller, redis) as own,
        listening(other, redis) as others,
    ):
        await until(lambda: subscribers(redis) == 2)
        before, seen = own.count, others.count
        teller.tell("shop", Revision(7))
        await others.reach(seen + 1)
        await quiet(own)
        assert own.count == before


async def test_what_is_known_to_be_told_is_not_told_again(url: str, redis: Redis) -> None:
    with closing(redis.pubsub()) as outside:  # type: ignore[no-untyped-call]
        outside.subscribe(channel(redis))
        async with hints(url) as first, hints(url) as second:
            await until(lambda: subscribers(redis) == 3)
            for _ in range(3):
                first.tell("shop", Revision(7))
                await until(lambda: told(redis, "shop") == 7)
                second.tell("shop", Revision(7))
                second.tell("shop", Revision(6))
        assert messages(outside) == [b"7 shop"]


async def test_newest_revision_is_never_lowered(url: str, redis: Redis) -> None:
    async with hints(url) as late:
        redis.zadd("vexil:revisions", {"shop": 9})
        late.tell("shop", Revision(8))
    assert told(redis, "shop") == 9


async def test_garbage_from_others_is_passed_over(url: str, redis: Redis) -> None:
    async with hints(url) as source, listening(source, redis) as listener:
        before = listener.count
        for message in (b"", b"7", b"x shop", b"0 shop", b"-1 shop", b"7 SHOP", b"9" * 100_000, b"\xff\x00"):
            redis.publish(channel(redis), message)
        redis.publish(channel(redis), "7 shop")
        await listener.reach(before + 1)
        await quiet(listener)
        assert listener.count == before + 1


async def test_flood_of_wrong_hints_is_merged_and_silences_nobody(url: str, redis: Redis) -> None:
    async with hints(url) as source, hints(url) as other, listening(source, redis) as listener:
        source.tell("shop", Revision(7))
        await until(lambda: told(redis, "shop") == 7)
        before = listener.count
        for number in range(2000):
            redis.publish(channel(redis), f"{10**12 + number} shop")
        await listener.reach(before + 1)
        await quiet(listener)
        assert listener.count - before < 1000
        source.tell("shop", Revision(8))
        await until(lambda: told(redis, "shop") == 8)
        before = listener.count
        other.tell("shop", Revision(9))
        await listener.reach(before + 1)


async def test_refused_mark_is_logged_once_and_hints_go_on(url: str, redis: Redis) -> None:
    redis.set("vexil:revisions", "not a sorted set")
    async with hints(url) as teller, hints(url) as source, listening(source, redis) as listener:
        await until(lambda: subscribers(redis) == 2)
        with capture_logs() as logs:
            for revision in (7, 8):
                before = listener.count
                teller.tell("shop", Revision(revision))
                await listener.reach(before + 1)
        assert [entry["event"] for entry in logs] == ["hints_refused"]
        redis.delete("vexil:revisions")
        teller.tell("shop", Revision(8))
        await until(lambda: told(redis, "shop") == 8)


async def test_killed_redis_loses_nothing_and_comes_back_by_itself() -> None:
    with capture_logs() as logs, redis_process() as server:
        async with hints(server.url) as teller, hints(server.url) as source:
            with Redis.from_url(server.url) as redis:
                await until(lambda: subscribers(redis) == 2)
            listener = Listener(source)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            for revision in range(1, 101):
                teller.tell("shop", Revision(revision))
                teller.tell("bank", Revision(revision))
            await until(lambda: len(logs) == 2)
            await quiet(listener)
            before = listener.count
            with redis_process(server.port), Redis.from_url(server.url) as redis:
                await until(lambda: told(redis, "shop") == told(redis, "bank") == 100)
                await listener.reach(before + 1)
                await until(lambda: len(logs) == 4)
                events = sorted(entry["event"] for entry in logs)
    assert events == ["hints_back"] * 2 + ["hints_lost"] * 2


async def test_redis_that_forgot_everything_is_told_again() -> None:
    with redis_process() as server:
        async with hints(server.url) as source:
            source.tell("shop", Revision(7))
            with Redis.from_url(server.url) as redis:
                await until(lambda: told(redis, "shop") == 7)
                redis.flushall()
                redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub")

            def look() -> bool:
                source.tell("shop", Revision(7))
                return told(redis, "shop") == 7

            await until(look)


@pytest.mark.parametrize("frozen", [True, False])
async def test_close_does_not_wait_for_a_redis_that_does_not_answer(frozen: bool) -> None:
    with redis_process() as server:
        if frozen:
            os.kill(server.process.pid, signal.SIGSTOP)
        else:
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
        source = RedisHints(RedisPlace(server.url))
        source.tell("shop", Revision(7))
        async with asyncio.timeout(DEADLINE):
            await source.close()
            await source.close()
        if frozen:
            os.kill(server.process.pid, signal.SIGCONT)


async def test_password_is_used_and_never_shown() -> None:
    with redis_process() as server, Redis.from_url(server.url) as admin:
        admin.config_set("requirepass", "hush")
        with capture_logs() as logs:
            async with hints(server.url.replace("//", "//:wrong-one@")):
                await until(lambda: bool(logs))
        assert "wrong-one" not in str(logs)
        place = RedisPlace(server.url, password="hush")
        assert "hush" not in repr(place)
        source = RedisHints(place)
        source.tell("shop", Revision(7))
        with Redis.from_url(server.url, password="hush") as client:
            await until(lambda: told(client, "shop") == 7)
        await source.close()


async def test_frozen_redis_is_noticed_and_what_was_to_be_told_is_told_when_it_goes_on() -> None:
    with redis_process() as server, Redis.from_url(server.url) as redis:
        async with hints(server.url) as source:
            await until(lambda: source.connected)
            with capture_logs() as logs:
                os.kill(server.process.pid, signal.SIGSTOP)
                source.tell("shop", Revision(7))
                await until(lambda: bool(logs))
                assert not source.connected
                source.tell("shop", Revision(8))
                os.kill(server.process.pid, signal.SIGCONT)
                await until(lambda: told(redis, "shop") == 8)
                await until(lambda: len(logs) == 2)
            await until(lambda: source.connected)
            assert [entry["event"] for entry in logs] == ["hints_lost", "hints_back"]

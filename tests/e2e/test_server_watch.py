"""Watch's guarantees, with servers and gRPC clients as they are."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import grpc.aio
import pytest

from tests.support.backend import delete, put
from tests.support.clock import ManualClock
from tests.support.fleet import NAMESPACE, Fleet, fleet
from tests.support.server import Server, running_server
from tests.support.watcher import Held, Watcher, held_of
from vexil.client.rpc import to_vexil_error
from vexil.convert.selectors import selector_to_proto
from vexil.core.change import Delete, Put
from vexil.core.errors import Reason
from vexil.core.resource import Kind, ResourceId, Revision
from vexil.core.selector import Selector
from vexil.server.stores.memory import MemoryStore
from vexil.v1 import watch_pb2
from vexil.v1.watch_pb2 import (
    COMPACTED_POLICY_RESYNC,
    STATE_REASON_RESYNC,
    STREAM_END_REASON_DRAINING,
    STREAM_END_REASON_GONE,
    WatchResponse,
)

SELECTORS: Sequence[list[Selector]] = (
    [],
    [Selector(key="key-1-1")],
    [Selector(prefix="key-2"), Selector(tag="ui")],
)


def wire(selectors: list[Selector]) -> list[watch_pb2.Selector]:
    return [selector_to_proto(selector) for selector in selectors]


def held_by(server: Server, selectors: list[Selector]) -> Held:
    return held_of(server.inside.parts.directory.view(NAMESPACE, "prod"), *selectors)


async def write(writer: Fleet, seed: int, count: int) -> int:
    """So many commits of one to four changes, in both environments; the last revision."""
    dice, revision = random.Random(seed), 0
    for i in range(count):
        changes: dict[tuple[str, str], Put] = {}
        for _ in range(dice.randint(1, 4)):
            environment, key = dice.choice(["base", "prod"]), f"key-{dice.randint(0, 30)}-{seed}"
            tags: tuple[str, ...] = dice.choice([(), ("ui",)])
            changes[environment, key] = put(key, f"{seed}-{i}", environment, tags)
        revision = await writer.commit(*changes.values())
    return revision


async def test_everyone_ends_with_what_the_server_has_whoever_writes() -> None:
    """Ordered, unique, reliable, atomic: the watchers themselves check each message."""
    async with running_server(history_events=8) as server, fleet(server.target) as writer:
        await writer.create()
        watchers = [
            (selectors, writer.watch(selectors=wire(selectors), conflate=conflate))
            for selectors in SELECTORS
            for conflate in (False, False, True)
        ]
        await asyncio.gather(*(watcher.until(1) for _, watcher in watchers))
        async with fleet(server.target) as other:
            last = max(await asyncio.gather(write(writer, 1, 60), write(other, 2, 60)))
        await asyncio.gather(*(watcher.until(last) for _, watcher in watchers))
        for selectors, watcher in watchers:
            assert watcher.held == held_by(server, selectors)
            await watcher.close()


async def test_all_of_a_commit_comes_at_once() -> None:
    async with running_server() as server, fleet(server.target) as writer:
        await writer.create()
        watcher = writer.watch()
        await watcher.until(1)
        await writer.commit(*(put(f"key-{i}", "x") for i in range(50)))
        message = await watcher.next()
        assert len(message.delta.changes) == 50
        await watcher.close()


async def test_deletion_and_inherited_change_are_delivered() -> None:
    async with running_server() as server, fleet(server.target) as writer:
        await writer.create()
        watcher = writer.watch()
        await watcher.until(1)
        await writer.commit(put("color", "red", "base"))
        assert (await watcher.next()).delta.changes[0].put.id.environment == "base"
        await writer.commit(delete("color", "base"))
        assert (await watcher.next()).delta.changes[0].HasField("deleted")
        await watcher.close()


async def test_token_is_good_on_another_instance_of_the_same_store(tmp_path: Path) -> None:
    database = tmp_path / "vexil.db"
    async with (
        running_server(database) as one,
        running_server(database) as two,
        fleet(one.target) as first,
        fleet(two.target) as second,
    ):
        await first.create()
        watcher = first.watch()
        await watcher.until(1)
        await watcher.close()
        for color in ("red", "blue"):
            await first.commit(put("color", color))
        resumed = second.watch(resume_token=watcher.token)
        assert [(await deltas(resumed)).revision for _ in range(2)] == [2, 3]
        await second.commit(put("color", "green"))
        elsewhere = first.watch(resume_token=resumed.token)
        assert (await deltas(elsewhere)).revision == 4
        await resumed.close()
        await elsewhere.close()


async def test_new_start_goes_on_where_the_old_one_stopped(tmp_path: Path) -> None:
    database = tmp_path / "vexil.db"
    async with running_server(database) as server, fleet(server.target) as client:
        await client.create()
        watcher = client.watch()
        await watcher.until(1)
        await client.commit(put("color", "red"))
    async with running_server(database) as server, fleet(server.target) as client:
        await client.commit(put("color", "blue"))
        resumed = client.watch(resume_token=watcher.token)
        assert [(await deltas(resumed)).revision for _ in range(2)] == [2, 3]
        await resumed.close()


class TestCompacted:
    async def test_position_that_is_too_old_is_out_of_range_or_starts_anew(self) -> None:
        store = MemoryStore()
        async with running_server(store) as server, fleet(server.target) as client:
            await client.create()
            for color in ("red", "blue", "green"):
                await client.commit(put("color", color))
            await store.compact(NAMESPACE, Revision(3))
            with pytest.raises(grpc.aio.AioRpcError) as raised:
                await client.watch(after_revision=1).next()
            error = to_vexil_error(raised.value)
            assert error.reason is Reason.REVISION_COMPACTED
            assert error.metadata["compact_revision"] == "3"
            lenient = client.watch(after_revision=1, on_compacted=COMPACTED_POLICY_RESYNC)
            assert (await lenient.next()).state_begin.reason == STATE_REASON_RESYNC
            await lenient.until(4)
            assert lenient.held == held_by(server, [])
            await lenient.close()

    async def test_old_history_goes_by_policy(self) -> None:
        time, store = ManualClock(), MemoryStore()
        settings = {"keep_revisions": 2, "keep_days": 1}
        async with running_server(store, time.clock, **settings) as server, fleet(server.target) as client:
            await client.create()
            for color in ("red", "blue", "green"):
                await client.commit(put("color", color))
            time.advance(2 * 86400)
            await server.inside.parts.compactor.compact()
            assert [head.compact_revision for head in await store.heads()] == [2]


class TestProgress:
    async def test_silent_stream_hears_what_did_not_concern_it(self) -> None:
        async with running_server() as server, fleet(server.target) as client:
            await client.create()
            watcher = client.watch(
                selectors=wire([Selector(key="color")]), progress_interval=timedelta(milliseconds=100)
            )
            await watcher.until(1)
            await client.commit(put("size", "m"))
            await watcher.until(2)
            assert watcher.events[-1].HasField("progress")
            await watcher.close()


class TestSlowReader:
    async def test_one_who_does_not_read_costs_nobody_else_and_loses_nothing(self) -> None:
        async with running_server(history_bytes=200_000) as server, fleet(server.target) as client:
            await client.create()
            async with fleet(server.target) as sleepy:
                slow, quick = sleepy.watch(), client.watch()
                await asyncio.gather(slow.until(1), quick.until(1))
                last = 1
                for i in range(60):
                    last = await client.commit(put(f"key-{i % 7}", "x" * 50_000 + str(i)))
                    await quick.until(last)
                [group] = server.inside.parts.hub.groups()
                assert group.history.floor > 1
                await slow.until(last)
                assert slow.held == quick.held == held_by(server, [])
                await slow.close()
                await quick.close()


class TestEnding:
    async def test_drain_ends_streams_with_a_reason_a_hint_and_a_token(self) -> None:
        async with AsyncExitStack() as servers:
            server = await servers.enter_async_context(running_server())
            async with fleet(server.target) as client:
                await client.create()
                watcher = client.watch()
                await watcher.until(1)
                await servers.aclose()
                end = (await watcher.next()).end
                assert end.reason == STREAM_END_REASON_DRAINING
                assert 0.1 < end.retry_after.ToTimedelta().total_seconds() < 10
                assert watcher.token
                with pytest.raises(StopAsyncIteration):
                    await watcher.next()

    async def test_deleted_environment_ends_its_streams(self) -> None:
        async with running_server() as server, fleet(server.target) as client:
            await client.create()
            watcher = client.watch()
            await watcher.until(1)
            await client.commit(Delete(ResourceId(Kind.ENVIRONMENT, "", "prod")))
            assert (await watcher.next()).end.reason == STREAM_END_REASON_GONE
            with pytest.raises(StopAsyncIteration):
                await watcher.next()


async def deltas(watcher: Watcher) -> WatchResponse:
    """The next delta."""
    while not (message := await watcher.next()).HasField("delta"):
        pass
    return message

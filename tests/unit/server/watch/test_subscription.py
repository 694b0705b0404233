"""One stream: where it starts, what it delivers, how it catches up, and how it ends."""

import asyncio

import pytest

from tests.support.backend import NAMESPACE, Backend, backend, delete, put, texts
from tests.support.watcher import Watcher, held_of, watch
from vexil.core.change import Delete, Put
from vexil.core.errors import InvalidRequest, NotFound, OutOfRange, Reason
from vexil.core.resource import Environment, Kind, ResourceId, Revision
from vexil.core.selector import Selector
from vexil.server.stores.memory import MemoryStore
from vexil.server.watch.hub import HubLimits
from vexil.server.watch.service import FromNow, FromRevision, FromToken
from vexil.server.watch.subscribers import Subscriber
from vexil.v1 import watch_pb2
from vexil.v1.watch_pb2 import WatchResponse

KEPT_BRIEFLY = HubLimits(max_events=2)


async def kinds(watcher: Watcher, count: int) -> list[str]:
    return [str((await watcher.next()).WhichOneof("event")) for _ in range(count)]


def keys(message: WatchResponse) -> list[str]:
    return [change.id.key for change in message.delta.changes]


class TestStarting:
    async def test_without_a_position_the_full_state_comes_first(self, shop: Backend) -> None:
        await shop.commit(put("color", "red", "base"), put("size", "m"))
        watcher = watch(shop)
        assert await kinds(watcher, 3) == ["state_begin", "state_chunk", "state_end"]
        begin = watcher.events[0].state_begin
        assert (begin.reason, begin.resource_count) == (watch_pb2.STATE_REASON_START, 2)
        assert watcher.held == held_of(shop.view())
        assert [bool(event.resume_token) for event in watcher.events] == [False, False, True]

    async def test_empty_state_has_no_chunk(self, shop: Backend) -> None:
        assert await kinds(watch(shop), 2) == ["state_begin", "state_end"]

    async def test_with_a_token_only_what_followed_comes(self, shop: Backend) -> None:
        await shop.set(color="red")
        first = watch(shop)
        await first.until(2)
        await first.close()
        await shop.set(color="blue")
        second = watch(shop, start=FromToken(first.token))
        message = await second.next()
        assert (message.WhichOneof("event"), message.revision) == ("delta", 3)

    async def test_with_the_newest_token_a_progress_message_says_so(self, shop: Backend) -> None:
        first = watch(shop)
        await first.until(1)
        message = await watch(shop, start=FromToken(first.token)).next()
        assert (message.WhichOneof("event"), message.revision) == ("progress", 1)

    async def test_after_a_revision(self, shop: Backend) -> None:
        for value in ("red", "blue", "green"):
            await shop.set(color=value)
        watcher = watch(shop, start=FromRevision(Revision(2)))
        assert [(await watcher.next()).revision for _ in range(2)] == [3, 4]

    async def test_from_now_begins_with_a_token_and_no_state(self, shop: Backend) -> None:
        await shop.set(color="red")
        watcher = watch(shop, start=FromNow())
        assert await kinds(watcher, 1) == ["progress"]
        assert watcher.token
        await shop.set(color="blue")
        assert keys(await watcher.next()) == ["color"]

    async def test_other_selectors_get_a_full_state_that_says_why(self, shop: Backend) -> None:
        await shop.set(color="red")
        first = watch(shop)
        await first.until(2)
        second = watch(shop, Selector(key="size"), start=FromToken(first.token))
        begin = (await second.next()).state_begin
        assert begin.reason == watch_pb2.STATE_REASON_SELECTORS_CHANGED
        other = watch(shop, environment="qa", start=FromToken(first.token))
        assert (await other.next()).state_begin.reason == watch_pb2.STATE_REASON_SELECTORS_CHANGED

    async def test_unknown_places_and_bad_tokens_are_errors(self, shop: Backend) -> None:
        with pytest.raises(NotFound):
            await watch(shop, environment="nowhere").next()
        with pytest.raises(InvalidRequest) as raised:
            await watch(shop, start=FromToken(b"made up")).next()
        assert raised.value.reason is Reason.INVALID_RESUME_TOKEN

    async def test_revision_that_does_not_exist_yet_is_out_of_range(self, shop: Backend) -> None:
        with pytest.raises(OutOfRange) as raised:
            await watch(shop, start=FromRevision(Revision(9))).next()
        assert raised.value.reason is Reason.REVISION_IN_FUTURE
        assert raised.value.metadata["head_revision"] == "1"


class TestDeltas:
    async def test_commit_is_one_delta_with_who_when_and_why(self, shop: Backend) -> None:
        watcher = watch(shop)
        await watcher.until(1)
        commit = await shop.commit(put("color", "red"), put("size", "m"), author="ada", message="why")
        message = await watcher.next()
        assert sorted(keys(message)) == ["color", "size"]
        assert (message.delta.author, message.delta.message) == ("ada", "why")
        assert message.delta.committed_at.ToDatetime(commit.committed_at.tzinfo) == commit.committed_at

    async def test_same_value_again_is_a_change(self, shop: Backend) -> None:
        watcher = watch(shop)
        await watcher.until(1)
        for value in ("a", "b", "a"):
            await shop.set(color=value)
        versions = [(await watcher.next()).delta.changes[0].put.version for _ in range(3)]
        assert versions == [1, 2, 3]

    async def test_change_of_a_parent_is_a_change_unless_it_is_hidden(self, shop: Backend) -> None:
        await shop.set("prod", color="red")
        watcher = watch(shop)
        await watcher.until(2)
        await shop.set("base", color="grey", size="m")
        assert keys(await watcher.next()) == ["size"]
        await shop.set("prod", color=None)
        [uncovered] = (await watcher.next()).delta.changes
        assert uncovered.put.id.environment == "base"
        await shop.set("base", color=None)
        [gone] = (await watcher.next()).delta.changes
        assert (gone.WhichOneof("change"), gone.id.environment) == ("deleted", "prod")

    async def test_only_what_is_selected_is_delivered(self, shop: Backend) -> None:
        watcher = watch(shop, Selector(prefix="ui."), Selector(key="size"))
        await watcher.until(1)
        await shop.commit(put("ui.color", "red"), put("api.url", "x"), put("size", "m"))
        assert sorted(keys(await watcher.next())) == ["size", "ui.color"]

    async def test_resource_that_loses_its_tag_is_deleted_for_who_watches_the_tag(
        self, shop: Backend
    ) -> None:
        watcher = watch(shop, Selector(tag="ui"))
        await watcher.until(1)
        await shop.commit(put("color", "red", tags=["ui"]), put("size", "m"))
        assert keys(await watcher.next()) == ["color"]
        await shop.commit(put("color", "red"))
        [change] = (await watcher.next()).delta.changes
        assert (change.WhichOneof("change"), change.deleted.version) == ("deleted", 2)
        await shop.commit(delete("color"), put("size", "l", tags=["ui"]))
        assert keys(await watcher.next()) == ["size"]

    async def test_environment_that_moves_to_another_parent_delivers_what_differs(
        self, shop: Backend
    ) -> None:
        await shop.set("base", color="red", size="m")
        await shop.set("qa", color="blue", shape="round")
        watcher = watch(shop)
        await watcher.until(3)
        await shop.commit(Put(ResourceId(Kind.ENVIRONMENT, "", "prod"), Environment(parent="qa")))
        await watcher.next()
        assert watcher.held == held_of(shop.view())
        assert texts(shop.view()) == {"color": "blue", "size": "m", "shape": "round"}

    async def test_delta_that_is_too_large_for_a_message_comes_in_parts(self, shop: Backend) -> None:
        watcher = watch(shop)
        await watcher.until(1)
        await shop.commit(*(put(f"key-{i}", "x" * 200_000) for i in range(7)))
        await watcher.until(2)
        parts = [event.delta for event in watcher.events if event.HasField("delta")]
        assert [part.more for part in parts] == [True] * (len(parts) - 1) + [False]
        assert len(parts) > 1
        assert watcher.held == held_of(shop.view())

    async def test_full_state_comes_in_chunks_of_bounded_size(self, shop: Backend) -> None:
        await shop.commit(*(put(f"key-{i}", "x" * 20_000) for i in range(60)))
        watcher = watch(shop)
        await watcher.until(2)
        chunks = [event for event in watcher.events if event.HasField("state_chunk")]
        assert len(chunks) > 1
        assert max(chunk.ByteSize() for chunk in chunks) < 600_000
        assert watcher.held == held_of(shop.view())


class TestProgress:
    async def test_silent_stream_hears_that_nothing_is_missing(self, shop: Backend) -> None:
        watcher = watch(shop, progress_interval=0.01)
        await watcher.until(1)
        assert await kinds(watcher, 2) == ["progress", "progress"]

    async def test_progress_counts_what_was_not_selected(self, shop: Backend) -> None:
        watcher = watch(shop, Selector(key="color"), progress_interval=0.01)
        await watcher.until(1)
        await shop.set(size="m")
        await watcher.until(2)
        assert watcher.events[-1].WhichOneof("event") == "progress"
        second = watch(shop, Selector(key="color"), start=FromToken(watcher.token))
        await shop.set(color="red")
        assert keys(await second.next()) == ["color"]

    async def test_many_commits_that_concern_nobody_are_announced_as_one(self) -> None:
        async with backend(limits=HubLimits(announce_after=0.05)) as shop:
            watchers = [watch(shop, Selector(key="color")) for _ in range(3)]
            await asyncio.gather(*(each.until(1) for each in watchers))
            reading = [asyncio.create_task(each.next()) for each in watchers]
            await asyncio.sleep(0)
            for i in range(10):
                await shop.set(size=str(i))
            messages = await asyncio.wait_for(asyncio.gather(*reading), 20)
            assert [(each.WhichOneof("event"), each.revision) for each in messages] == [("progress", 11)] * 3

    async def test_position_ahead_of_the_last_delta_is_told_after_a_burst(self, shop: Backend) -> None:
        watcher = watch(shop, Selector(key="color"))
        await watcher.until(1)
        await shop.set(color="red")
        await shop.set(size="m")
        assert await kinds(watcher, 2) == ["delta", "progress"]
        assert watcher.revision == 3


class TestCatchingUp:
    async def test_slow_reader_gets_everything_from_the_log(self) -> None:
        async with backend(limits=KEPT_BRIEFLY) as shop:
            slow = watch(shop)
            quick = watch(shop)
            await asyncio.gather(slow.until(1), quick.until(1))
            for i in range(30):
                revision = await shop.set("base" if i % 2 else "prod", **{f"key-{i % 5}": str(i)})
                await quick.until(revision)
            await slow.until(31)
            deltas = [event.revision for event in slow.events if event.HasField("delta")]
            expected = [event.revision for event in quick.events if event.HasField("delta")]
            assert deltas == expected
            assert slow.held == quick.held == held_of(shop.view())

    async def test_token_works_in_another_process(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as other:
            first = watch(one)
            await first.until(1)
            for value in ("red", "blue", "green"):
                await one.set(color=value)
            await other.directory.refresh()
            second = watch(other, start=FromToken(first.token))
            assert [(await second.next()).revision for _ in range(3)] == [2, 3, 4]

    async def test_token_from_ahead_lets_a_process_catch_up_first(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as behind:
            await one.set(color="red")
            first = watch(one)
            await first.until(2)
            message = await watch(behind, start=FromToken(first.token)).next()
            assert (message.WhichOneof("event"), message.revision) == ("progress", 2)

    async def test_many_who_come_back_share_one_history(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as other:
            first = watch(one)
            await first.until(1)
            for i in range(20):
                await one.set(color=str(i))
            await other.directory.refresh()
            returning = [watch(other, start=FromToken(first.token)) for _ in range(10)]
            await asyncio.gather(*(each.until(21) for each in returning))
            [group] = other.hub.groups()
            assert group.history.floor == 1

    async def test_conflating_reader_gets_the_latest_only(self, shop: Backend) -> None:
        watcher = watch(shop, conflate=True)
        await watcher.until(1)
        for i in range(2):
            await shop.set(color=str(i), **{f"key-{i}": "x"})
        await shop.set(color=None)
        message = await watcher.next()
        assert (message.revision, message.delta.first_revision) == (4, 2)
        assert sorted(keys(message)) == ["color", "key-0", "key-1"]
        assert watcher.held == held_of(shop.view())

    async def test_conflating_reader_gets_what_it_missed_as_one_too(self) -> None:
        async with backend(limits=KEPT_BRIEFLY) as shop:
            watcher = watch(shop, conflate=True)
            await watcher.until(1)
            for i in range(20):
                await shop.set(color=str(i))
            await watcher.until(21)
            assert [event.revision for event in watcher.events if event.HasField("delta")] == [19, 21]
            assert watcher.held == held_of(shop.view())

    async def test_environment_that_was_away_meanwhile_is_sent_as_a_whole(self, shop: Backend) -> None:
        qa = ResourceId(Kind.ENVIRONMENT, "", "qa")
        first = watch(shop, environment="qa")
        await first.until(1)
        await first.close()
        await shop.commit(Delete(qa))
        await shop.commit(Put(qa, Environment(parent="base")))
        await shop.set("qa", color="red")
        second = watch(shop, environment="qa", start=FromToken(first.token))
        assert (await second.next()).state_begin.reason == watch_pb2.STATE_REASON_RESYNC
        await second.until(4)
        assert second.held == held_of(shop.view("qa"))


class TestCompacted:
    @pytest.fixture
    async def token(self, shop: Backend) -> bytes:
        """A position that is no longer kept."""
        first = watch(shop)
        await first.until(1)
        await first.close()
        for value in ("red", "blue", "green"):
            await shop.set(color=value)
        shop.time.advance(1000)
        shop.hub.sweep()
        await shop.store.compact(NAMESPACE, Revision(3))
        return first.token

    async def test_is_an_error_that_names_the_oldest_kept_revision(self, shop: Backend, token: bytes) -> None:
        with pytest.raises(OutOfRange) as raised:
            await watch(shop, start=FromToken(token)).next()
        assert raised.value.reason is Reason.REVISION_COMPACTED
        assert raised.value.metadata["compact_revision"] == "3"

    async def test_is_a_marked_full_state_for_who_wants_that(self, shop: Backend, token: bytes) -> None:
        watcher = watch(shop, start=FromToken(token), resync=True)
        assert (await watcher.next()).state_begin.reason == watch_pb2.STATE_REASON_RESYNC
        await watcher.until(4)
        assert watcher.held == held_of(shop.view())

    async def test_oldest_kept_position_still_gets_deltas(self, shop: Backend, token: bytes) -> None:
        message = await watch(shop, start=FromRevision(Revision(3))).next()
        assert (message.WhichOneof("event"), message.revision) == ("delta", 4)

    async def test_process_that_fell_behind_compaction_says_so_to_its_streams(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as other:
            strict, lenient = watch(other), watch(other, resync=True)
            await asyncio.gather(strict.until(1), lenient.until(1))
            for value in ("red", "blue", "green"):
                await one.set(color=value)
            await store.compact(NAMESPACE, Revision(3))
            await other.directory.refresh()
            with pytest.raises(OutOfRange):
                await strict.next()
            assert (await lenient.next()).state_begin.reason == watch_pb2.STATE_REASON_RESYNC


class TestEnding:
    async def test_draining_ends_streams_with_a_reason_a_hint_and_a_token(self, shop: Backend) -> None:
        watcher = watch(shop)
        await watcher.until(1)
        waiting = asyncio.create_task(watcher.next())
        await asyncio.sleep(0)
        shop.hub.drain(1.0)
        end = (await waiting).end
        assert end.reason == watch_pb2.STREAM_END_REASON_DRAINING
        assert end.retry_after.ToTimedelta().total_seconds() == 1.0
        assert watcher.token
        with pytest.raises(StopAsyncIteration):
            await watcher.next()

    async def test_stream_that_comes_while_draining_is_sent_away(self, shop: Backend) -> None:
        shop.hub.drain(1.0)
        first = watch(shop, start=FromNow())
        assert (await first.next()).end.reason == watch_pb2.STREAM_END_REASON_DRAINING

    async def test_deleted_environment_ends_its_streams_after_what_they_had_left(self, shop: Backend) -> None:
        watcher = watch(shop, environment="qa")
        await watcher.until(1)
        await shop.set("qa", color="red")
        await shop.set("qa", color=None)
        await shop.commit(Delete(ResourceId(Kind.ENVIRONMENT, "", "qa")))
        assert await kinds(watcher, 3) == ["delta", "delta", "end"]
        assert watcher.events[-1].end.reason == watch_pb2.STREAM_END_REASON_GONE

    async def test_subscriber_who_leaves_is_no_longer_counted(self, shop: Backend) -> None:
        till = Subscriber("till", "till-0")
        watcher = watch(shop, subscriber=till)
        await watcher.until(1)
        [status] = shop.convergence.subscribers((NAMESPACE, "prod"))
        assert status.streams == 1
        await watcher.close()
        [status] = shop.convergence.subscribers((NAMESPACE, "prod"))
        assert status.streams == 0
        assert [group.subscribers for group in shop.hub.groups()] == [0]

    async def test_group_goes_some_time_after_its_last_subscriber(self, shop: Backend) -> None:
        watcher = watch(shop)
        await watcher.until(1)
        shop.time.advance(1000)
        shop.hub.sweep()
        assert len(list(shop.hub.groups())) == 1
        await watcher.close()
        shop.hub.sweep()
        assert len(list(shop.hub.groups())) == 1
        shop.time.advance(61)
        shop.hub.sweep()
        assert list(shop.hub.groups()) == []


class TestSharing:
    async def test_same_selection_is_encoded_once(self, shop: Backend) -> None:
        a, b = Selector(key="color"), Selector(prefix="size")
        one, other = watch(shop, a, b), watch(shop, b, a)
        await one.until(1)
        await other.until(1)
        [group] = shop.hub.groups()
        assert group.subscribers == 2
        await shop.set(color="red")
        [event] = group.history.after(Revision(1))
        assert (await one.next()).SerializeToString() == (await other.next()).SerializeToString()
        assert event.messages[0] == one.events[-1].SerializeToString()

    async def test_full_state_is_encoded_once_for_all_who_ask_together(self, shop: Backend) -> None:
        await shop.set(color="red")
        watchers = [watch(shop) for _ in range(5)]
        await asyncio.gather(*(each.until(2) for each in watchers))
        [group] = shop.hub.groups()
        holder = await shop.directory.find(NAMESPACE)
        assert await group.state(holder) is await group.state(holder)

    async def test_one_who_leaves_while_the_state_is_made_does_not_stop_it(self, shop: Backend) -> None:
        await shop.commit(*(put(f"key-{i}", "x") for i in range(2000)))
        leaving, staying = watch(shop), watch(shop)
        first = asyncio.create_task(leaving.next())
        second = asyncio.create_task(staying.next())
        for _ in range(3):
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert (await second).HasField("state_begin")

"""Watch over every transport, each of which has its own way from a selection's history to its streams."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.support.backend import put
from tests.support.fleet import NAMESPACE, Fleet, fleet
from tests.support.server import PATIENCE, Server, running_server
from tests.support.watcher import Watcher
from vexil.client.rpc import AioConfigStub
from vexil.core.change import Delete
from vexil.core.resource import Kind, ResourceId
from vexil.server.settings import TransportName
from vexil.v1 import watch_pb2
from vexil.v1.watch_pb2 import STREAM_END_REASON_DRAINING, STREAM_END_REASON_GONE

LARGE = "x" * 100_000
OFTEN = timedelta(milliseconds=100)


@pytest.fixture
async def server(transport: TransportName) -> AsyncIterator[Server]:
    """It remembers two events of each selection."""
    async with running_server(transport=transport, history_events=2) as server:
        yield server


@pytest.fixture
async def clients(server: Server) -> AsyncIterator[Fleet]:
    async with fleet(server.target) as clients:
        await clients.create()
        yield clients


async def subscribers_are(server: Server, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while sum(group.subscribers for group in server.inside.parts.hub.groups()) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def deltas(watcher: Watcher, until: int) -> list[int]:
    await watcher.until(until)
    return [message.revision for message in watcher.events if message.HasField("delta")]


async def test_each_of_many_streams_gets_every_event_in_order(clients: Fleet) -> None:
    watchers = [clients.watch() for _ in range(50)]
    await asyncio.gather(*(watcher.until(1) for watcher in watchers))
    revisions = []
    for number in range(20):
        revisions.append(await clients.commit(put("color", f"{number}")))
        # As fast as they can be read: else they would have to be caught up.
        assert all(await asyncio.gather(*(deltas(watcher, revisions[-1]) for watcher in watchers)))
    for watcher in watchers:
        assert await deltas(watcher, revisions[-1]) == revisions


async def test_slow_reader_is_caught_up_and_misses_nothing(clients: Fleet) -> None:
    slow, quick = clients.watch(), clients.watch()
    await slow.until(1)
    await quick.until(1)
    revisions = [await clients.commit(put(f"key-{number}", LARGE)) for number in range(30)]
    assert await deltas(quick, revisions[-1]) == revisions
    assert await deltas(slow, revisions[-1]) == revisions
    # Then it goes on as the others do.
    revisions.append(await clients.commit(put("color", "red")))
    assert await deltas(slow, revisions[-1]) == revisions


async def test_idle_stream_is_told_of_commits_that_do_not_concern_it(clients: Fleet) -> None:
    watcher = clients.watch(selectors=[watch_pb2.Selector(key="color")])
    await watcher.until(1)
    revision = await clients.commit(put("size", "m"))
    await watcher.until(revision)
    assert watcher.events[-1].HasField("progress")


async def test_idle_stream_says_again_and_again_that_nothing_is_missing(clients: Fleet) -> None:
    watcher = clients.watch(progress_interval=OFTEN)
    await watcher.until(1)
    for _ in range(3):
        message = await watcher.next()
        assert message.HasField("progress")
        assert message.revision == 1
    revision = await clients.commit(put("color", "red"))
    assert await deltas(watcher, revision) == [revision]


async def test_stream_says_on_request_how_far_it_is(clients: Fleet) -> None:
    watcher = clients.watch(watch_id="mine", selectors=[watch_pb2.Selector(key="color")])
    await watcher.until(1)
    request = watch_pb2.RequestProgressRequest(namespace=NAMESPACE, watch_id="mine")
    stub = AioConfigStub(clients.channel)
    for _ in range(2):
        await clients.commit(put("size", "m"))
        asked = await stub.request_progress(request, timeout=PATIENCE)
        while watcher.revision < asked.revision:
            assert (await watcher.next()).HasField("progress")
        assert watcher.revision == asked.revision


async def test_deletion_of_the_environment_ends_its_streams_after_all_events(clients: Fleet) -> None:
    watcher, conflating = clients.watch(), clients.watch(conflate=True)
    await watcher.until(1)
    await conflating.until(1)
    revision = await clients.commit(put("color", "red", "base"))
    await watcher.until(revision)
    await clients.commit(Delete(ResourceId(Kind.ENVIRONMENT, "", "prod")))
    for each in (watcher, conflating):
        while not (message := await each.next()).HasField("end"):
            pass
        assert message.end.reason == STREAM_END_REASON_GONE


async def test_drained_stream_can_be_resumed_from_its_last_word(server: Server, clients: Fleet) -> None:
    watcher = clients.watch()
    await watcher.until(1)
    revision = await clients.commit(put("color", "red"))
    await watcher.until(revision)
    server.inside.parts.hub.drain(1.0)
    message = await watcher.next()
    assert message.end.reason == STREAM_END_REASON_DRAINING
    assert message.revision == revision
    assert message.resume_token
    with pytest.raises(StopAsyncIteration):
        await watcher.next()
    await subscribers_are(server, 0)


async def test_streams_that_are_left_leave_nothing(server: Server, clients: Fleet) -> None:
    async with fleet(server.target) as others:
        watchers = [others.watch() for _ in range(20)]
        await asyncio.gather(*(watcher.until(1) for watcher in watchers))
        await subscribers_are(server, 20)
        for watcher in watchers[:10]:
            await watcher.close()
        await subscribers_are(server, 10)
    await subscribers_are(server, 0)
    assert await clients.commit(put("color", "red"))


async def test_server_stops_with_streams_that_nobody_ends(server: Server, clients: Fleet) -> None:
    watchers = [clients.watch() for _ in range(20)]
    await asyncio.gather(*(watcher.until(1) for watcher in watchers))
    await server.inside.transport.stop(lambda: None, 0.0)
    await subscribers_are(server, 0)

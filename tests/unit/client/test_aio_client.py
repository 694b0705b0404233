"""What only the asyncio client has."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.unit.client.making import setting
from tests.unit.client.scripted_server import (
    ScriptedServer,
    ScriptedStream,
    delta_response,
    state_responses,
)
from vexil.client import AsyncClient, Change, ClientState, Reason
from vexil.client.cache import DiskCache
from vexil.client.replica.saved_state import SavedState
from vexil.core.errors import NotFound


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
async def client(server: ScriptedServer) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(server.target, namespace="shop", environment="prod", call_timeout=0.01) as made:
        yield made


async def accept(server: ScriptedServer) -> ScriptedStream:
    return await asyncio.to_thread(server.accept)


async def test_changes_are_iterated_in_order(client: AsyncClient, server: ScriptedServer) -> None:
    changes = client.changes("cart.*")
    stream = await accept(server)
    stream.send(*state_responses([setting("cart.max", 1)], 1))
    for revision in (2, 3):
        stream.send(
            delta_response([setting("cart.max", revision, revision), setting("x", 1, revision)], revision)
        )
    read = [await anext(changes) for _ in range(3)]
    assert [(change.key, change.old_value, change.new_value) for change in read] == [
        ("cart.max", None, 1),
        ("cart.max", 1, 2),
        ("cart.max", 2, 3),
    ]


async def test_iteration_ends_when_the_client_is_closed(client: AsyncClient, server: ScriptedServer) -> None:
    changes = client.changes()
    (await accept(server)).send(*state_responses([setting("a", 1)], 1))
    await client.wait_ready(30)
    await client.close()
    assert [change.key async for change in changes] == ["a"]
    assert [change.key async for change in changes] == []


async def test_iterator_that_is_dropped_is_forgotten(client: AsyncClient) -> None:
    changes = client.changes()
    assert len(client._engine.changes._watches) == 1
    del changes
    gc.collect()
    assert len(client._engine.changes._watches) == 0


async def test_coroutine_callbacks_run_one_after_the_other(
    client: AsyncClient, server: ScriptedServer
) -> None:
    told: list[int] = []
    done = asyncio.Event()

    async def callback(change: Change) -> None:
        await asyncio.sleep(0 if told else 0.01)
        told.append(change.new_value)
        if len(told) == 2:
            done.set()

    client.watch("a", callback)
    stream = await accept(server)
    stream.send(*state_responses([setting("a", 1)], 1), delta_response([setting("a", 2, 2)], 2))
    await asyncio.wait_for(done.wait(), 30)
    assert told == [1, 2]


async def test_coroutine_callback_that_fails_is_logged(
    client: AsyncClient, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(change: Change) -> None:
        raise RuntimeError(f"can't take {change.new_value}")

    done = asyncio.Event()
    client.watch("a", fail)
    client.watch("a", lambda _: done.set())
    (await accept(server)).send(*state_responses([setting("a", 1)], 1))
    await asyncio.wait_for(done.wait(), 30)
    assert "can't take 1" in caplog.text


async def test_lasting_failure_is_raised_on_entering(server: ScriptedServer) -> None:
    client = AsyncClient(server.target, namespace="shop", environment="nowhere", call_timeout=30)
    refusing = asyncio.create_task(accept(server))
    error = NotFound("no such environment", reason=Reason.ENVIRONMENT_NOT_FOUND)
    refusing.add_done_callback(lambda task: task.result().end(error))
    with pytest.raises(NotFound):
        async with client:
            pytest.fail("there is nothing to read")
    assert client.state is ClientState.CLOSED


class SlowCache(DiskCache):
    """Says when it begins to write a state, and writes it when it may."""

    begun: threading.Event
    may_go_on: threading.Event
    steps: list[tuple[str, int]]

    def save(self, saved: SavedState) -> bool:
        self.steps.append(("begun", saved.view.revision))
        self.begun.set()
        self.may_go_on.wait(30)
        done = super().save(saved)
        self.steps.append(("written", saved.view.revision))
        return done


async def test_close_waits_for_the_state_that_is_being_saved(server: ScriptedServer, tmp_path: Path) -> None:
    """Two at once could leave the older one."""
    client = AsyncClient(server.target, namespace="shop", environment="prod", cache_path=tmp_path / "cache")
    cache = SlowCache(tmp_path / "cache", client._engine.options)
    cache.begun, cache.may_go_on, cache.steps = threading.Event(), threading.Event(), []
    client._engine.cache = cache
    await client.start()
    stream = await accept(server)
    stream.send(*state_responses([setting("a", 1)], 1))
    await asyncio.to_thread(cache.begun.wait, 30)
    stream.send(delta_response([setting("a", 2, 2)], 2))
    changes = client.changes("a")
    if client.revision < 2:
        await anext(changes)
    closing = asyncio.create_task(client.close())
    for _ in range(20):
        await asyncio.sleep(0)
    cache.may_go_on.set()
    await closing
    assert cache.steps == [("begun", 1), ("written", 1), ("begun", 2), ("written", 2)]
    saved = cache.load()
    assert saved is not None
    assert saved.view.revision == 2

"""Several processes on one port, and the one that looks after them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import grpc
import grpc.aio
import pytest

from tests.support.backend import put
from tests.support.fleet import Fleet, fleet
from tests.support.server import PATIENCE, ServerProcess, server_process
from tests.support.watcher import Watcher
from vexil.v1.watch_pb2 import STREAM_END_REASON_DRAINING

CLIENTS = 16
"""So many connections that, but for one time in 2^15, each of two processes gets some."""


def workers(server: ServerProcess) -> set[int]:
    """The processes that serve, as /proc knows them; the supervisor's other child is a resource tracker."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            parent = entry.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1]
            command = entry.joinpath("cmdline").read_text()
        except (OSError, IndexError):
            continue
        if parent == str(server.pid) and "spawn_main" in command:
            found.add(int(entry.name))
    return found


def any_runs(pids: set[int]) -> bool:
    """Whether one of these processes still exists."""
    return any(Path(f"/proc/{pid}").exists() for pid in pids)


async def until_workers_are(server: ServerProcess, others_than: set[int]) -> set[int]:
    """Waits until two workers run, none of which is one of these."""
    for _ in range(int(PATIENCE / 0.05)):
        found = await asyncio.to_thread(workers, server)
        if len(found) == 2 and not found & others_than:
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError("the workers were not replaced")


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    with server_process(tmp_path / "vexil.db", processes=2) as server:
        yield server


@pytest.fixture
async def clients(server: ServerProcess) -> AsyncIterator[list[Fleet]]:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(fleet(server.target)) for _ in range(CLIENTS)]
        await clients[0].create()
        yield clients


async def caught_up(watchers: list[Watcher], revision: int) -> None:
    await asyncio.wait_for(asyncio.gather(*(each.until(revision) for each in watchers)), PATIENCE)


@pytest.mark.timeout(240)
async def test_change_made_through_one_process_reaches_the_watchers_of_all(clients: list[Fleet]) -> None:
    watchers = [client.watch() for client in clients]
    await caught_up(watchers, 1)
    last = 1
    for i, client in enumerate(clients):
        last = await client.commit(put(f"key-{i}", "x"))
    await caught_up(watchers, last)
    assert all(watcher.held == watchers[0].held for watcher in watchers)
    for watcher in watchers:
        await watcher.close()


@pytest.mark.timeout(240)
async def test_killed_worker_is_started_again_and_nobody_loses_a_change(
    server: ServerProcess, clients: list[Fleet]
) -> None:
    watchers = [client.watch() for client in clients]
    await caught_up(watchers, 1)
    victim, survivor = sorted(workers(server))
    os.kill(victim, signal.SIGKILL)
    ended = server.wait_for("worker_ended")
    assert (ended["pid"], ended["code"]) == (victim, -signal.SIGKILL)
    last = await committed(clients[0])
    resumed = []
    for watcher, client in zip(watchers, clients, strict=True):
        again = client.watch(resume_token=watcher.token)
        again.held, again.revision = watcher.held, watcher.revision
        resumed.append(again)
    await caught_up(resumed, last)
    assert survivor in await until_workers_are(server, {victim})


async def committed(client: Fleet) -> int:
    """Commits; a connection that ended with its worker may show so only when it is used."""
    while True:
        try:
            return await client.commit(put("color", "red"))
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise


@pytest.mark.timeout(240)
async def test_hangup_replaces_the_workers_while_the_port_is_served(
    server: ServerProcess, clients: list[Fleet]
) -> None:
    watchers = [client.watch() for client in clients]
    await caught_up(watchers, 1)
    before = workers(server)
    server.process.send_signal(signal.SIGHUP)
    writing = asyncio.create_task(write_on(clients[0]))
    await until_workers_are(server, before)
    assert not writing.done(), "a commit failed while the port was served all the time"
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    for watcher in watchers:
        while not (message := await watcher.next()).HasField("end"):
            pass
        assert message.end.reason == STREAM_END_REASON_DRAINING


async def write_on(client: Fleet) -> None:
    for i in range(1_000_000):
        await client.commit(put("color", str(i)), request_id=f"r-{i}")


@pytest.mark.timeout(240)
async def test_end_of_the_supervisor_ends_all(server: ServerProcess, clients: list[Fleet]) -> None:
    running = workers(server)
    assert await asyncio.to_thread(server.terminate) == 0
    assert not any_runs(running)


@pytest.mark.timeout(240)
async def test_workers_do_not_outlive_a_killed_supervisor(server: ServerProcess) -> None:
    server.wait_for("serving")
    running = workers(server)
    assert len(running) == 2
    server.process.kill()
    for _ in range(int(PATIENCE / 0.05)):
        if not any_runs(running):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the workers went on alone")


@pytest.mark.timeout(240)
async def test_workers_that_cannot_serve_end_the_supervisor_with_their_reason() -> None:
    with server_process("sqlite:/nowhere/vexil.db", processes=2) as server:
        assert await asyncio.to_thread(server.process.wait, PATIENCE) != 0
    assert "/nowhere" in " ".join(str(line) for line in server.lines)

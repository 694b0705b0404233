"""Fleets that come at once, or come back at once; each fleet is a process of its own."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from tests.support.backend import put
from tests.support.fleet import NAMESPACE, Fleet, fleet
from tests.support.server import ServerProcess, server_process
from tests.support.swarm import Report, Swarm, swarm
from vexil.client.rpc import AioConfigStub
from vexil.v1.config_service_pb2 import EvaluateRequest

pytestmark = pytest.mark.timeout(300)

_SERVER_ENDED = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
"""gRPC's server cancels what reaches it on an old connection in the moment in which it stops."""


class Writer:
    """Commits one change after the other, whatever happens to the server; each is made once."""

    def __init__(self, client: Fleet) -> None:
        self._client = client
        self._moved = asyncio.Event()
        self.revision = 1

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        number = 0
        while True:
            try:
                self.revision = await self._client.commit(
                    put("color", str(number)), request_id=f"write-{number}"
                )
            except grpc.aio.AioRpcError as error:
                if error.code() not in _SERVER_ENDED:
                    raise
                continue
            number += 1
            self._moved.set()
            await asyncio.sleep(0.25)

    async def further(self, commits: int) -> int:
        """Waits for so many more commits; the newest revision then."""
        wanted = self.revision + commits
        while self.revision < wanted:
            self._moved.clear()
            await self._moved.wait()
        return self.revision


@asynccontextmanager
async def writing(target: str) -> AsyncIterator[Writer]:
    """Commits while the block runs."""
    async with fleet(target) as client:
        writer = Writer(client)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(writer.run())
            yield writer
            task.cancel()


async def until(streams: Swarm, revision: int) -> Report:
    """Waits until all streams are there."""
    return await asyncio.to_thread(streams.until, revision)


async def create(target: str) -> None:
    async with fleet(target) as client:
        await client.create()


async def restarted(database: Path, end: Callable[[ServerProcess], object], count: int) -> Report:
    """What a fleet saw of a server that was ended and started again while commits went on."""
    with server_process(database) as first:
        target = first.target
        await create(target)
        with swarm(target, count, channels=10) as streams:
            await asyncio.to_thread(streams.opened)
            async with writing(target) as writer:
                await until(streams, await writer.further(2))
                await asyncio.to_thread(end, first)
                with server_process(database, listen=target):
                    return await until(streams, await writer.further(2))


async def test_five_thousand_streams_at_once_all_get_in() -> None:
    """With gRPC's own limit for calls that wait, a quarter to a half of them would end CANCELLED."""
    with server_process() as server:
        await create(server.target)
        with swarm(server.target, 5000, channels=10) as streams:
            report = await asyncio.to_thread(streams.opened)
    assert report.messages["state_begin"] == 5000
    assert set(report.ends) <= {"RESOURCE_EXHAUSTED RATE_LIMITED"}


@pytest.mark.parametrize("processes", [1, 2])
async def test_fleet_that_is_larger_than_what_is_taken_comes_back_in_turn(
    tmp_path: Path, processes: int
) -> None:
    limits: dict[str, Any] = {"new_streams_per_second": 100, "new_streams_burst": 20}
    with server_process(tmp_path / "vexil.db", processes=processes, **limits) as server:
        await create(server.target)
        with swarm(server.target, 300, channels=16) as streams:
            report = await asyncio.to_thread(streams.opened)
    assert report.messages["state_begin"] == 300
    assert set(report.ends) == {"RESOURCE_EXHAUSTED RATE_LIMITED"}


async def test_killed_server_is_resumed_by_all_without_a_full_state(tmp_path: Path) -> None:
    report = await restarted(tmp_path / "vexil.db", ServerProcess.kill, 1000)
    assert report.wrong == []
    assert report.messages["state_begin"] == 1000, "the first state of each, and no other"
    assert set(report.ends) == {"UNAVAILABLE NOT_READY"}


async def test_drained_server_is_resumed_by_all_when_they_were_told_to(tmp_path: Path) -> None:
    report = await restarted(tmp_path / "vexil.db", ServerProcess.terminate, 1000)
    assert report.wrong == []
    assert report.messages["state_begin"] == 1000, "the first state of each, and no other"
    assert report.ends["DRAINING"] == len(report.hints) == 1000
    assert min(report.hints) >= 1.0
    assert set(report.ends) <= {"DRAINING", "UNAVAILABLE NOT_READY"}


async def test_workers_that_are_replaced_are_resumed_by_all(tmp_path: Path) -> None:
    with server_process(tmp_path / "vexil.db", processes=2) as server:
        await create(server.target)
        with swarm(server.target, 400, channels=16) as streams:
            await asyncio.to_thread(streams.opened)
            async with writing(server.target) as writer:
                await until(streams, await writer.further(1))
                server.process.send_signal(signal.SIGHUP)
                await asyncio.to_thread(server.wait_for, "stopped", 2)
                report = await until(streams, await writer.further(2))
    assert report.wrong == []
    assert report.messages["state_begin"] == 400, "the first state of each, and no other"
    assert report.ends["DRAINING"] >= 400


async def test_others_are_served_while_a_thousand_streams_get_a_burst(
    record_property: Callable[[str, object], None],
) -> None:
    with server_process() as server:
        await create(server.target)
        with swarm(server.target, 1000, channels=10) as streams:
            await asyncio.to_thread(streams.opened)
            async with fleet(server.target) as writer, fleet(server.target) as caller:
                caught_up = asyncio.create_task(burst(writer, streams, commits=30))
                slowest = await slowest_calls(caller, caught_up)
                report = await caught_up
    assert report.wrong == []
    assert report.messages["delta"] == 30 * 1000
    for name, seconds in slowest.items():
        record_property(f"slowest {name} in seconds", seconds)


async def burst(writer: Fleet, streams: Swarm, commits: int) -> Report:
    """Makes commits as fast as they go, and waits until everybody has them."""
    last = [await writer.commit(put("color", str(number))) for number in range(commits)][-1]
    return await until(streams, last)


async def slowest_calls(client: Fleet, meanwhile: asyncio.Task[Report]) -> dict[str, float]:
    """Checks health and evaluates, again and again; the slowest of each, in seconds."""
    health: Any = HealthStub(client.channel)
    config = AioConfigStub(client.channel)
    slowest = {"health check": 0.0, "evaluation": 0.0}
    while not meanwhile.done():
        began = time.perf_counter()
        status = (await health.Check(HealthCheckRequest(), timeout=60)).status
        assert status == HealthCheckResponse.SERVING
        checked = time.perf_counter()
        await config.evaluate(
            EvaluateRequest(namespace=NAMESPACE, environment="prod", key="color"), timeout=60
        )
        slowest["health check"] = max(slowest["health check"], checked - began)
        slowest["evaluation"] = max(slowest["evaluation"], time.perf_counter() - checked)
        await asyncio.sleep(0.01)
    return slowest

"""Convergence across server processes: whoever is asked, and whoever dies, the answer is about all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.support.backend import put
from tests.support.fleet import NAMESPACE, Fleet, fleet
from tests.support.server import PATIENCE, server_process
from vexil.client.rpc import AioConfigStub
from vexil.v1.admin_service_pb2 import GetConvergenceRequest, GetConvergenceResponse
from vexil.v1.watch_pb2 import AcknowledgeRequest, Subscriber

pytestmark = pytest.mark.timeout(240)

CLIENTS = 16
"""So many connections that, but for one time in 2^15, each of two processes gets some."""


async def follow(client: Fleet, name: str) -> None:
    """Subscribes, and reports every revision as soon as it is here."""
    config = AioConfigStub(client.channel)
    who = Subscriber(service="till", instance=name)
    watcher = client.watch(subscriber=who)
    while True:
        await watcher.next()
        report = AcknowledgeRequest(
            namespace=NAMESPACE, environment="prod", subscriber=who, applied_revision=watcher.revision
        )
        await config.acknowledge(report, timeout=PATIENCE)


@asynccontextmanager
async def following(client: Fleet, name: str) -> AsyncIterator[None]:
    task = asyncio.create_task(follow(client, name))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def answer(client: Fleet, revision: int | None = None) -> GetConvergenceResponse:
    request = GetConvergenceRequest(namespace=NAMESPACE, environment="prod", revision=revision)
    return await client.admin.get_convergence(request, timeout=PATIENCE)


async def until(
    client: Fleet, holds: Callable[[GetConvergenceResponse], bool], revision: int | None = None
) -> GetConvergenceResponse:
    """Asks until the answer is so."""
    for _ in range(int(PATIENCE / 0.05)):
        if holds(found := await answer(client, revision)):
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError("the answer did not become so")


def connected(response: GetConvergenceResponse) -> set[str]:
    return {each.subscriber.instance for each in response.subscribers if each.connected}


def all_applied(count: int) -> Callable[[GetConvergenceResponse], bool]:
    return lambda response: response.converged and len(connected(response)) == count


async def test_servers_on_one_store_answer_alike_and_outlive_each_other(tmp_path: Path) -> None:
    store = tmp_path / "vexil.db"
    with server_process(store) as one, server_process(store) as other:
        async with AsyncExitStack() as stack:
            here = await stack.enter_async_context(fleet(one.target))
            there = await stack.enter_async_context(fleet(other.target))
            await here.create()
            await stack.enter_async_context(following(here, "till-0"))
            await stack.enter_async_context(following(there, "till-1"))
            for client in (here, there):
                await until(client, all_applied(2))
            revision = await here.commit(put("color", "red"))
            answers = [await until(client, all_applied(2), revision) for client in (here, there)]
            for found in answers:
                [till] = found.services
                assert (till.service, till.applied, till.lagging, till.rejected) == ("till", 2, 0, 0)
                assert all(each.HasField("publish_to_applied") for each in found.subscribers)
            assert answers[0].services == answers[1].services

            await asyncio.to_thread(other.kill)
            left = await until(here, lambda found: connected(found) == {"till-0"})
            assert [each.subscriber.instance for each in left.subscribers] == ["till-0", "till-1"]

            await stack.enter_async_context(following(here, "till-1"))
            back = await until(here, lambda found: connected(found) == {"till-0", "till-1"})
            assert len(back.subscribers) == 2


async def test_workers_on_one_port_answer_alike(tmp_path: Path) -> None:
    with server_process(tmp_path / "vexil.db", processes=2) as server:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(fleet(server.target)) for _ in range(CLIENTS)]
            await clients[0].create()
            for number, client in enumerate(clients):
                await stack.enter_async_context(following(client, f"till-{number}"))
            for client in clients:
                await until(client, all_applied(CLIENTS))
            revision = await clients[0].commit(put("color", "red"))
            answers = [await until(client, all_applied(CLIENTS), revision) for client in clients]
            assert all(found.services == answers[0].services for found in answers)

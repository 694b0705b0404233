"""How many streams a caller may have open, as a client sees it."""

import asyncio

import grpc.aio
import pytest

from tests.support.fleet import Fleet, fleet
from tests.support.server import PATIENCE, running_server
from vexil.client.rpc import to_vexil_error
from vexil.core.errors import LimitExceeded, Reason, VexilError


async def opened(client: Fleet) -> VexilError | None:
    """Opens a stream and ends it after its first message; what it was refused with."""
    watcher = client.watch()
    try:
        await watcher.next()
    except grpc.aio.AioRpcError as error:
        return to_vexil_error(error)
    await watcher.close()
    return None


async def test_caller_with_too_many_streams_is_told_the_limit_and_when_to_come_back() -> None:
    async with running_server(max_streams_per_principal=2) as server, fleet(server.target) as client:
        await client.create()
        watchers = [client.watch(), client.watch()]
        for watcher in watchers:
            await watcher.until(1)
        error = await opened(client)
        assert isinstance(error, LimitExceeded)
        assert error.reason is Reason.TOO_MANY_STREAMS
        assert error.metadata["limit"] == "2"
        assert error.retry_after is not None
        assert error.retry_after >= 1.0
        await watchers[0].close()
        async with asyncio.timeout(PATIENCE):
            while await opened(client) is not None:
                pass  # the server has yet to hear that the first is closed


async def test_caller_that_comes_too_fast_is_told_its_turn() -> None:
    async with (
        running_server(new_streams_per_second=0.5, new_streams_burst=1) as server,
        fleet(server.target) as client,
    ):
        await client.create()
        assert await opened(client) is None
        errors = [await opened(client) for _ in range(2)]
        first, second = (error.retry_after or 0.0 for error in errors if error is not None)
        assert {error.reason for error in errors if error is not None} == {Reason.RATE_LIMITED}
        assert first < second


async def test_connection_with_too_many_streams_keeps_the_next_waiting() -> None:
    async with running_server(max_streams_per_connection=2) as server, fleet(server.target) as client:
        await client.create()
        watchers = [client.watch(), client.watch()]
        for watcher in watchers:
            await watcher.until(1)
        third = asyncio.create_task(client.watch().next())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(third), 0.2)
        await watchers[0].close()
        await asyncio.wait_for(third, PATIENCE)

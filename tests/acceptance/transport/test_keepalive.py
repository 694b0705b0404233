"""Watchers that are idle for long, and ping meanwhile, keep their connection."""

import asyncio

import pytest

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, read, watch_request
from vexil.client.rpc import AioConfigStub


@pytest.mark.parametrize("pings", [4])
async def test_client_that_pings_every_second_is_not_cut_off(
    serve: Serve, connect: Connect, toy: Toy, pings: int
) -> None:
    """The default policy of gRPC ends such a connection at the third ping, with `too_many_pings`."""
    channel = connect(await serve(toy), keepalive_time=1.0, keepalive_timeout=5.0)
    stream = AioConfigStub(channel).watch(watch_request())
    reading = asyncio.ensure_future(read(stream))
    await toy.entered.wait()
    done, _ = await asyncio.wait({reading}, timeout=pings + 0.5)
    assert not done
    toy.end_streams()
    assert (await reading).HasField("end")

"""Watchers that are idle for long, and ping meanwhile, keep their connection; who reads nothing loses it."""

import asyncio

import pytest

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, read, watch_request
from tests.support.http2 import DATA, END_STREAM, PREFACE, SETTINGS, call, connection, frame, message
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


async def test_reader_who_reads_nothing_is_cut(serve: Serve, toy: Toy) -> None:
    """It answers no ping either, since it does not read it."""
    toy.messages = 1_000_000
    server = await serve(toy, keepalive_interval=1.0, keepalive_timeout=1.0)
    request = message(watch_request().SerializeToString())
    async with connection(server.port) as raw:
        opened = call("/vexil.v1.ConfigService/Watch") + frame(DATA, END_STREAM, 1, request)
        await raw.send(PREFACE + frame(SETTINGS, 0, 0) + opened)
        await asyncio.wait_for(toy.left.wait(), 30)

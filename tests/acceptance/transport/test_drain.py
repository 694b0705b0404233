"""The graceful end: health first, then streams, then calls under way."""

import asyncio
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, evaluate_request, get_request, read, watch_request
from vexil.client.rpc import AioConfigStub


async def soon(awaitable: Any) -> Any:
    return await asyncio.wait_for(awaitable, 30)


async def test_health_is_told_before_streams_are_asked_to_end(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    server = await serve(toy)
    channel = connect(server)
    stub: Any = health_pb2_grpc.HealthStub(channel)
    health = stub.Watch(HealthCheckRequest(service=""))
    assert (await health.read()).status == HealthCheckResponse.SERVING
    stream = AioConfigStub(channel).watch(watch_request())
    reading = asyncio.ensure_future(read(stream))
    await soon(toy.entered.wait())
    last_words: list[str] = []

    def end_streams() -> None:
        last_words.append("streams")
        toy.end_streams()

    stopping = asyncio.ensure_future(server.stop(end_streams, 60))
    assert (await health.read()).status == HealthCheckResponse.NOT_SERVING
    assert (await reading).HasField("end")
    assert await stream.read() is grpc.aio.EOF
    assert await stream.code() is grpc.StatusCode.OK
    await soon(stopping)
    assert last_words == ["streams"]


async def test_call_under_way_is_finished(serve: Serve, connect: Connect, toy: Toy) -> None:
    server = await serve(toy)
    call = asyncio.ensure_future(AioConfigStub(connect(server)).get(get_request()))
    await soon(toy.entered.wait())
    stopping = asyncio.ensure_future(server.stop(toy.end_streams, 60))
    await soon(toy.ended.wait())
    toy.release.set()
    assert (await call).revision == 7
    await soon(stopping)


async def test_call_that_takes_longer_than_the_grace_is_cancelled(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    server = await serve(toy)
    call = asyncio.ensure_future(AioConfigStub(connect(server)).get(get_request()))
    await soon(toy.entered.wait())
    await soon(server.stop(toy.end_streams, 0.1))
    await asyncio.gather(call, return_exceptions=True)
    assert call.cancelled() or call.exception() is not None
    await soon(toy.left.wait())


async def test_handlers_have_cleaned_up_when_the_server_has_stopped(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    server = await serve(toy)
    streams = [AioConfigStub(connect(server)).watch(watch_request()) for _ in range(20)]
    reading = [asyncio.ensure_future(read(stream)) for stream in streams]
    while len(toy.calls) < 20:
        await soon(toy.entered.wait())
        toy.entered.clear()
    await soon(server.stop(lambda: None, 0.0))
    assert toy.log.count("stream cleaned up") == 20
    await asyncio.gather(*reading, return_exceptions=True)


async def test_nobody_is_served_after_the_end(serve: Serve, connect: Connect, toy: Toy) -> None:
    server = await serve(toy)
    config = AioConfigStub(connect(server))
    await config.evaluate(evaluate_request())
    await soon(server.stop(toy.end_streams, 1))
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await config.evaluate(evaluate_request(), timeout=5)
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE

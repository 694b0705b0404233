"""Calls and what a handler knows about them."""

import asyncio

import grpc
import grpc.aio
import pytest

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import (
    Toy,
    evaluate_request,
    get_request,
    read,
    stream_request,
    watch_request,
)
from vexil.client.rpc import AioConfigStub


async def test_unary_call_is_answered(serve: Serve, connect: Connect, toy: Toy) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    response = await config.evaluate(evaluate_request(key="size"))
    assert (response.evaluation.key, response.revision) == ("size", 7)


async def test_handler_that_waits_holds_up_nobody_else(serve: Serve, connect: Connect, toy: Toy) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    waiting = asyncio.ensure_future(config.get(get_request()))
    await toy.entered.wait()
    await config.evaluate(evaluate_request())
    toy.release.set()
    assert (await waiting).revision == 7


async def test_stream_keeps_its_order(serve: Serve, connect: Connect, toy: Toy) -> None:
    toy.messages = 500
    config = AioConfigStub(connect(await serve(toy)))
    call = config.watch(watch_request())
    revisions = [(await read(call)).revision for _ in range(500)]
    assert revisions == list(range(1, 501))


async def test_requests_and_answers_of_a_bidirectional_stream_interleave(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    call = AioConfigStub(connect(await serve(toy))).evaluate_stream()
    for id in ("a", "b", "c"):
        await call.write(stream_request(id))
        assert (await read(call)).correlation_id == id
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF


async def test_handler_knows_its_caller(serve: Serve, connect: Connect, toy: Toy) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    await config.evaluate(evaluate_request(), timeout=30, metadata=(("x-tenant", "blue"),))
    [call] = toy.calls
    assert call.principal == "anonymous"
    assert call.peer.startswith("ipv4:127.0.0.1:")
    assert call.metadata["x-tenant"] == "blue"
    assert call.time_remaining is not None
    assert 0 < call.time_remaining < 60


async def test_call_without_a_deadline_has_time(serve: Serve, connect: Connect, toy: Toy) -> None:
    await AioConfigStub(connect(await serve(toy))).evaluate(evaluate_request())
    assert toy.calls[0].time_remaining is None


async def test_request_id_of_the_caller_comes_back(serve: Serve, connect: Connect, toy: Toy) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    call = config.evaluate(evaluate_request(), metadata=(("x-request-id", "r-1"),))
    await call
    assert dict(await call.trailing_metadata())["x-request-id"] == "r-1"
    assert toy.calls[0].request_id == "r-1"


@pytest.mark.parametrize("given", ["", "x" * 129], ids=["empty", "long"])
async def test_request_id_that_is_no_good_is_replaced(
    serve: Serve, connect: Connect, toy: Toy, given: str
) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    await config.evaluate(evaluate_request(), metadata=(("x-request-id", given),))
    assert len(toy.calls[0].request_id) == 32


async def test_deadline_cancels_the_handler(serve: Serve, connect: Connect, toy: Toy) -> None:
    config = AioConfigStub(connect(await serve(toy)))
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await config.get(get_request(), timeout=0.2)
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await asyncio.wait_for(toy.left.wait(), 30)


async def test_client_that_cancels_a_stream_has_it_cleaned_up(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    call = AioConfigStub(connect(await serve(toy))).watch(watch_request())
    reading = asyncio.ensure_future(call.read())
    await toy.entered.wait()
    call.cancel()
    await asyncio.wait_for(toy.left.wait(), 30)
    await asyncio.gather(reading, return_exceptions=True)


async def test_client_that_vanishes_has_its_stream_cleaned_up(
    serve: Serve, connect: Connect, toy: Toy
) -> None:
    channel = connect(await serve(toy))
    call = AioConfigStub(channel).watch(watch_request())
    reading = asyncio.ensure_future(call.read())
    await toy.entered.wait()
    await channel.close()
    await asyncio.wait_for(toy.left.wait(), 30)
    await asyncio.gather(reading, return_exceptions=True)


async def test_slow_reader_stops_the_sender(serve: Serve, connect: Connect, toy: Toy) -> None:
    """Flow control reaches the handler: it does not produce what nobody takes."""
    toy.messages = 100_000
    server = await serve(toy)
    call = AioConfigStub(connect(server)).watch(watch_request())
    await call.read()
    quick = AioConfigStub(connect(server))
    for _ in range(50):
        await quick.evaluate(evaluate_request())
    assert toy.sent < 50_000
    call.cancel()
    await asyncio.wait_for(toy.left.wait(), 30)

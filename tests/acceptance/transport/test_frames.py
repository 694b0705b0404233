"""What is no proper gRPC ends its own stream or connection, and disturbs nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, evaluate_request, watch_request
from tests.support.http2 import DATA, END_STREAM, PREFACE, SETTINGS, call, connection, frame, message
from vexil.client.rpc import AioConfigStub
from vexil.server.settings import TransportName
from vexil.server.transport.port import Transport

EVALUATE = call("/vexil.v1.ConfigService/Evaluate")
GREETING = PREFACE + frame(SETTINGS, 0, 0)
REQUEST = evaluate_request().SerializeToString()

CUT_SHORT = {
    "message": message(REQUEST[:5], length=100),
    "length-prefix": message(REQUEST)[:3],
    "everything": b"",
}

BROKEN_CALLS = {
    "unknown-compression": message(REQUEST, flag=1),
    "absurd-flag": message(REQUEST, flag=77),
    "two-messages": message(REQUEST) + message(REQUEST),
    "absurd-length": message(REQUEST, length=2**32 - 1),
}

NO_HTTP2 = {
    "http1": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tls-hello": bytes.fromhex("16030100c2010000be0303") + b"\x00" * 100,
    "noise": b"\x00\xff" * 200,
    "frame-without-greeting": frame(DATA, END_STREAM, 1, b"x"),
    "frame-too-large": GREETING + b"\xff\xff\xff\x00\x00\x00\x00\x00\x01" + b"x" * 100,
    "headers-that-are-none": GREETING + frame(1, 0x5, 1, b"\xff" * 30),
}


@pytest.fixture
async def server(serve: Serve, connect: Connect, toy: Toy) -> AsyncIterator[Transport]:
    """A server that must go on serving others, without a word in its log."""
    with capture_logs() as logs:
        server = await serve(toy)
        other = AioConfigStub(connect(server))
        await other.evaluate(evaluate_request())
        yield server
        assert (await other.evaluate(evaluate_request())).revision == 7
    assert [log for log in logs if log["log_level"] in {"error", "warning"}] == []


@pytest.mark.parametrize("body", BROKEN_CALLS.values(), ids=BROKEN_CALLS)
async def test_broken_call_is_ended(server: Transport, body: bytes) -> None:
    async with connection(server.port) as raw:
        await raw.send(GREETING + EVALUATE + frame(DATA, END_STREAM, 1, body))
        assert await asyncio.wait_for(raw.end_of(1), 30) is not None


@pytest.mark.parametrize("data", NO_HTTP2.values(), ids=NO_HTTP2)
async def test_connection_that_is_no_http2_is_closed(server: Transport, data: bytes) -> None:
    async with connection(server.port) as raw:
        await raw.send(data)
        await asyncio.wait_for(raw.end_of(1), 30)


@pytest.mark.parametrize("body", CUT_SHORT.values(), ids=CUT_SHORT)
async def test_call_that_is_cut_short_reaches_no_handler(server: Transport, toy: Toy, body: bytes) -> None:
    """A transport may leave such a call open until its peer goes, but no longer."""
    before, tasks = len(toy.calls), len(asyncio.all_tasks())
    async with connection(server.port) as raw:
        await raw.send(GREETING + EVALUATE + frame(DATA, END_STREAM, 1, body))
        await raw.send(call("/x/y", stream=3) + frame(DATA, END_STREAM, 3, message(b"")))
        assert await asyncio.wait_for(raw.end_of(3), 30) is not None
    for _ in range(1000):
        if len(asyncio.all_tasks()) <= tasks:
            break
        await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks()) <= tasks
    assert len(toy.calls) == before


async def test_peer_that_hangs_up_in_the_middle_is_forgotten(server: Transport, toy: Toy) -> None:
    before = len(toy.calls)
    for _ in range(20):
        async with connection(server.port) as raw:
            await raw.send(GREETING + EVALUATE + frame(DATA, 0, 1, message(REQUEST, length=1000)))
    assert len(toy.calls) == before


async def test_deadline_ends_a_stream_that_nobody_reads(
    transport: TransportName, server: Transport, toy: Toy
) -> None:
    """The caller's window is full, and it does not keep its own deadline."""
    if transport == "grpc":
        pytest.skip("grpc.aio waits for the reader, or for the end of its connection")
    toy.messages = 1000
    watch = call("/vexil.v1.ConfigService/Watch", fields={"grpc-timeout": "300m"})
    async with connection(server.port) as raw:
        await raw.send(
            GREETING + watch + frame(DATA, END_STREAM, 1, message(watch_request().SerializeToString()))
        )
        await asyncio.wait_for(toy.left.wait(), 30)
    assert toy.sent < toy.messages

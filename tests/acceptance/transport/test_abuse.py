"""Peers that mean no good, and peers that speak something else: each is refused, and nobody else notices."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from structlog.testing import capture_logs

from loadtest.processes import resident_bytes
from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, evaluate_request, watch_request
from tests.support.hpack import headers
from tests.support.http2 import (
    ACK,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    PADDED,
    PING,
    PREFACE,
    PRIORITY,
    PUSH_PROMISE,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    Frame,
    block,
    call,
    connection,
    frame,
    message,
)
from vexil.client.rpc import AioConfigStub
from vexil.server.transport.port import Transport

GREETING = PREFACE + frame(SETTINGS, 0, 0)
EVALUATE, WATCH = "/vexil.v1.ConfigService/Evaluate", "/vexil.v1.ConfigService/Watch"
REQUEST = message(evaluate_request().SerializeToString())
REFUSED_STREAM, ENHANCE_YOUR_CALM = 7, 11
MANY = 10_000
MIB = 1024 * 1024

BROKEN: Mapping[str, bytes] = {
    "preface": PREFACE[:-6] + b"XX\r\n\r\n",
    "no-settings": PREFACE + frame(PING, 0, 0, bytes(8)) + frame(DATA, 0, 0, b"x"),
    "settings-of-5-bytes": GREETING + frame(SETTINGS, 0, 0, bytes(5)),
    "settings-acknowledged-with-more": GREETING + frame(SETTINGS, ACK, 0, bytes(6)),
    "settings-of-a-stream": GREETING + frame(SETTINGS, 0, 1),
    "ping-of-7-bytes": GREETING + frame(PING, 0, 0, bytes(7)),
    "window-update-of-3-bytes": GREETING + frame(WINDOW_UPDATE, 0, 0, bytes(3)),
    "window-update-of-nothing": GREETING + frame(WINDOW_UPDATE, 0, 0, bytes(4)),
    "window-overflow": GREETING + frame(WINDOW_UPDATE, 0, 0, struct.pack("!I", 2**31 - 1)) * 2,
    "reset-of-3-bytes": GREETING + frame(RST_STREAM, 0, 1, bytes(3)),
    "reset-of-an-idle-stream": GREETING + frame(RST_STREAM, 0, 1, bytes(4)),
    "data-of-no-stream": GREETING + frame(DATA, 0, 0, b"x"),
    "headers-of-a-stream-of-the-server": GREETING + call(EVALUATE, stream=2),
    "headers-padded-beyond-themselves": GREETING + frame(HEADERS, END_HEADERS | PADDED, 1, b"\xff\x00"),
    "push-promise": GREETING + frame(PUSH_PROMISE, END_HEADERS, 1, bytes(4)),
    "continuation-of-nothing": GREETING + frame(CONTINUATION, END_HEADERS, 1, b""),
    "frame-among-headers": GREETING + frame(HEADERS, 0, 1, b"") + frame(PING, 0, 0, bytes(8)),
}


PASSED_OVER = {
    "window-overflow",
    "reset-of-an-idle-stream",
    "data-of-no-stream",
    "headers-of-a-stream-of-the-server",
    "push-promise",
}
"""What gRPC's C core ignores, and keeps the connection."""

KEPT = {"native": 64 * MIB, "grpc": 256 * MIB}
"""Bytes that abuse may leave behind; the C core keeps 120 MiB of 10,000 calls that were reset."""


def resets(count: int) -> bytes:
    cancel = struct.pack("!I", 8)
    return b"".join(call(EVALUATE, id) + frame(RST_STREAM, 0, id, cancel) for id in range(1, 2 * count, 2))


def header_list(count: int) -> bytes:
    """A call with very many headers, in as many frames as that takes."""
    blocks = [block({f"x-{i}": "v" * 100}) for i in range(count)]
    rest = b"".join(frame(CONTINUATION, 0, 1, each) for each in blocks)
    first = call(EVALUATE)[9:]
    return frame(HEADERS, END_STREAM, 1, first) + rest + frame(CONTINUATION, END_HEADERS, 1, b"")


FLOODS: Mapping[str, Callable[[], bytes]] = {
    "continuation": lambda: frame(HEADERS, 0, 1, b"") + frame(CONTINUATION, 0, 1, b"") * MANY,
    "large-continuation": lambda: frame(HEADERS, 0, 1, b"") + frame(CONTINUATION, 0, 1, bytes(1000)) * MANY,
    "rapid-reset": lambda: resets(MANY),
    "settings": lambda: frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 65_535)) * MANY,
    "ping": lambda: frame(PING, 0, 0, bytes(8)) * MANY,
    "priority": lambda: frame(PRIORITY, 0, 1, struct.pack("!IB", 0, 1)) * MANY,
    "empty-data": lambda: call(EVALUATE) + frame(DATA, 0, 1, b"") * MANY,
    "headers": lambda: header_list(MANY),
}


@pytest.fixture
async def server(serve: Serve, connect: Connect, toy: Toy, transport: str) -> AsyncIterator[Transport]:
    """A server that must go on serving others, and be as it was when the abuse is over."""
    with capture_logs() as logs:
        server = await serve(toy, handshake_timeout=0.5)
        other = AioConfigStub(connect(server))
        await other.evaluate(evaluate_request())
        before = resident_bytes()
        yield server
        assert (await other.evaluate(evaluate_request())).revision == 7
        await until(lambda: connections(server) == 1)
        assert resident_bytes() - before < KEPT[transport]
    assert [log for log in logs if log["log_level"] in {"error", "warning"}] == []


def connections(server: Transport) -> int:
    """What is open; gRPC's C core does not say."""
    running: Any = getattr(server, "_running", None)  # of the compiled one, which may not be installed
    return 1 if running is None else running[0]._server.connections


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def answered(server: Transport, path: str, fields: Mapping[str, str | None]) -> dict[str, str]:
    """The headers that answer a call; of a stream that was reset, none."""
    async with connection(server.port) as raw, asyncio.timeout(30):
        await raw.send(GREETING + call(path, fields=fields) + frame(DATA, END_STREAM, 1, REQUEST))
        async for each in raw.frames():
            if each.stream == 1:
                return headers(each.payload) if each.kind == HEADERS else {}
    return {}


@pytest.mark.parametrize("what", BROKEN)
async def test_broken_connection_is_closed(server: Transport, transport: str, what: str) -> None:
    if transport == "grpc" and what in PASSED_OVER:
        pytest.skip("gRPC's C core passes over it")
    async with connection(server.port) as raw:
        await raw.send(BROKEN[what])
        await asyncio.wait_for(raw.closed(), 30)


@pytest.mark.parametrize("said", [b"", PREFACE[:12], b"P"], ids=["nothing", "half", "a-letter"])
async def test_peer_that_never_ends_its_greeting_is_left(server: Transport, said: bytes) -> None:
    async with connection(server.port) as raw:
        await raw.send(said)
        await asyncio.wait_for(raw.closed(), 30)


async def test_greeting_a_letter_at_a_time_does_not_earn_more_time(server: Transport) -> None:
    async with connection(server.port) as raw:
        closed = asyncio.ensure_future(raw.closed())
        for i in range(1000):
            if closed.done():
                break
            if i < len(PREFACE) - 1:
                with suppress(ConnectionError):
                    await raw.send(PREFACE[i : i + 1])
            await asyncio.wait({closed}, timeout=0.2)
        await asyncio.wait_for(closed, 30)


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
async def test_flood_is_answered_or_ends_its_connection(
    server: Transport, flood: Callable[[], bytes]
) -> None:
    async with connection(server.port) as raw, asyncio.timeout(60):
        probe = frame(PING, 0, 0, b"are you?")
        sending = asyncio.ensure_future(raw.send(GREETING + flood() + probe))
        async for each in raw.frames():
            if each.kind == GOAWAY or each == Frame(PING, ACK, 0, b"are you?"):
                break
        await asyncio.gather(sending, return_exceptions=True)


async def test_streams_beyond_the_limit_are_refused(serve: Serve, toy: Toy) -> None:
    server = await serve(toy, max_streams_per_connection=10)
    opened = b"".join(call(WATCH, stream=id) for id in range(1, 41, 2))
    async with connection(server.port) as raw, asyncio.timeout(30):
        await raw.send(GREETING + opened)
        refused = await raw.end_of(39)
        assert refused is not None
        assert refused.kind == RST_STREAM
        assert struct.unpack("!I", refused.payload)[0] in {REFUSED_STREAM, ENHANCE_YOUR_CALM}


async def test_connections_beyond_the_limit_wait_their_turn(
    serve: Serve, connect: Connect, toy: Toy, transport: str
) -> None:
    if transport == "grpc":
        pytest.skip("gRPC's C core has no such limit")
    server = await serve(toy, max_connections=2)
    async with connection(server.port) as first, connection(server.port) as second:
        for raw in (first, second):
            await raw.send(GREETING + call("/x/y") + frame(DATA, END_STREAM, 1, REQUEST))
            assert await asyncio.wait_for(raw.end_of(1), 30) is not None
        waiting = asyncio.ensure_future(AioConfigStub(connect(server)).evaluate(evaluate_request()))
        assert not (await asyncio.wait({waiting}, timeout=0.2))[0]
        assert connections(server) == 2
    assert (await asyncio.wait_for(waiting, 30)).revision == 7


async def test_reader_who_never_reads_costs_a_window(serve: Serve, connect: Connect, toy: Toy) -> None:
    toy.messages = 1_000_000
    server = await serve(toy)
    request = message(watch_request().SerializeToString())
    before = resident_bytes()
    async with connection(server.port) as raw:
        await raw.send(GREETING)
        for stream in range(1, 101, 2):
            await raw.send(call(WATCH, stream) + frame(DATA, END_STREAM, stream, request))
        other = AioConfigStub(connect(server))
        for _ in range(100):
            await other.evaluate(evaluate_request())
        assert resident_bytes() - before < 64 * MIB
    await asyncio.wait_for(toy.left.wait(), 30)


class TestNotGrpc:
    @pytest.mark.parametrize(
        "kind", ["application/json", "application/grpc-web+proto", "application/grpcish", None]
    )
    async def test_other_content_type_is_unsupported(
        self, server: Transport, transport: str, kind: str | None
    ) -> None:
        if transport == "grpc":
            pytest.skip("gRPC's C core takes every content type")
        assert (await answered(server, EVALUATE, {"content-type": kind}))[":status"] == "415"

    async def test_method_is_post(self, server: Transport, transport: str) -> None:
        answer = await answered(server, EVALUATE, {":method": "GET"})
        assert answer.get(":status") == ("405" if transport == "native" else None)

    @pytest.mark.parametrize("path", ["", "Evaluate", "*", "//", "/", "/x", "/%00", "/" + "x" * 100])
    async def test_path_that_is_none_is_refused(self, server: Transport, path: str) -> None:
        answer = await answered(server, path, {})
        assert answer.get("grpc-status") == "12" or answer.get(":status") != "200"

    async def test_te_is_needed(self, server: Transport, transport: str) -> None:
        if transport == "grpc":
            pytest.skip("gRPC's C core takes calls without it")
        assert (await answered(server, EVALUATE, {"te": None}))["grpc-status"] == "3"

    async def test_unknown_compression_is_refused(self, server: Transport, transport: str) -> None:
        answer = await answered(server, EVALUATE, {"grpc-encoding": "br"})
        assert answer["grpc-status"] == ("12" if transport == "native" else "13")

    @pytest.mark.parametrize("given", ["", "S", "1", "1x", "-1S"])
    async def test_broken_timeout_is_refused(self, server: Transport, given: str) -> None:
        assert (await answered(server, EVALUATE, {"grpc-timeout": given}))["grpc-status"] == "13"

    async def test_http1_is_told_so(self, server: Transport, transport: str) -> None:
        async with connection(server.port) as raw:
            await raw.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"x: y\r\n" * 1000 + b"\r\n")
            said = await asyncio.wait_for(raw.closed(), 30)
        if transport == "native":
            assert said.startswith(b"HTTP/1.1 505 ")
            assert said.endswith(b"use HTTP/2\n")

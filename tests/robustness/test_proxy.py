"""The faults that the proxy makes, seen from both ends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.robustness.proxy import Direction, Proxy, proxy
from tests.support.server import PATIENCE

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Line:
    """A client and a server with a proxy between them."""

    proxy: Proxy
    client: Stream
    server: Stream


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    accepted: asyncio.Queue[Stream] = asyncio.Queue()
    listener = await asyncio.start_server(lambda *ends: accepted.put_nowait(ends), "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()
    async with proxy(f"{host}:{port}") as between, asyncio.timeout(PATIENCE):
        own_host, _, own_port = between.address.rpartition(":")
        client = await asyncio.open_connection(own_host, int(own_port))
        server = await accepted.get()
        yield Line(between, client, server)
        for _, writer in (client, server):
            writer.transport.abort()
    listener.close()


async def test_proxy_passes_bytes_both_ways(line: Line) -> None:
    line.client[1].write(b"question")
    assert await line.server[0].readexactly(8) == b"question"
    line.server[1].write(b"answer")
    assert await line.client[0].readexactly(6) == b"answer"


async def test_black_hole_delivers_what_it_held_once_it_heals(line: Line) -> None:
    line.proxy.black_hole(Direction.TO_SERVER)
    line.client[1].write(b"question")
    line.server[1].write(b"news")
    assert await line.client[0].readexactly(4) == b"news"
    arrival = asyncio.create_task(line.server[0].readexactly(8))
    await asyncio.sleep(0)
    assert not arrival.done()
    line.proxy.heal()
    assert await arrival == b"question"


async def test_black_hole_hides_the_end_of_a_connection(line: Line) -> None:
    line.proxy.black_hole()
    line.server[1].transport.abort()
    end = asyncio.create_task(line.client[0].read())
    done, _ = await asyncio.wait([end], timeout=0.05)
    assert not done
    line.proxy.cut()
    with pytest.raises(ConnectionError):
        await end


async def test_half_close_ends_one_direction_only(line: Line) -> None:
    line.proxy.half_close(Direction.TO_SERVER)
    assert await line.server[0].read() == b""
    line.server[1].write(b"still here")
    assert await line.client[0].readexactly(10) == b"still here"


async def test_cut_resets_both_ends(line: Line) -> None:
    line.proxy.cut()
    with pytest.raises(ConnectionError):
        await line.client[0].read()
    with pytest.raises(ConnectionError):
        await line.server[0].read()


async def test_refusing_proxy_resets_new_connections(line: Line) -> None:
    line.proxy.server = None
    host, _, port = line.proxy.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        assert await reader.read() == b""
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()

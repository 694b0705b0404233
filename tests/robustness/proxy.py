"""A TCP proxy that fails on demand: between a client and a server, in the test's own event loop."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from socket import SO_LINGER, SOL_SOCKET

_CHUNK = 64 * 1024
_NO_LINGER = struct.pack("ii", 1, 0)


class Direction(StrEnum):
    """Which way bytes travel."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


class Proxy:
    """Passes connections on to `server`, "host:port"; None refuses them. Made by `proxy`.

    `delay` holds each chunk back, in seconds. What a black hole swallows is neither lost nor damaged, as TCP
    promises: it arrives after `heal`, unless the connection was given up before.
    """

    def __init__(self, server: str | None) -> None:
        self.server = server
        self.address = ""
        self.delay = dict.fromkeys(Direction, 0.0)
        self._open = {direction: asyncio.Event() for direction in Direction}
        self._connections: set[_Connection] = set()
        self.heal()

    def black_hole(self, *directions: Direction) -> None:
        """From now on nothing arrives, not even the end of a connection; both ways unless told which."""
        for direction in directions or Direction:
            self._open[direction].clear()

    def heal(self) -> None:
        """No delay, no black hole."""
        for direction in Direction:
            self.delay[direction] = 0.0
            self._open[direction].set()

    def cut(self) -> None:
        """Resets every connection, in the middle of whatever it carries."""
        for connection in list(self._connections):
            connection.abort()

    def half_close(self, direction: Direction) -> None:
        """Ends every connection in one direction; the other stays open."""
        for connection in list(self._connections):
            connection.end(direction)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one client until either side has gone."""
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        if self.server is not None:
            host, _, port = self.server.rpartition(":")
            with suppress(OSError):
                upstream = await asyncio.open_connection(host, int(port))
        if upstream is None:
            writer.transport.abort()
            return
        connection = _Connection({Direction.TO_SERVER: upstream[1], Direction.TO_CLIENT: writer})
        self._connections.add(connection)
        try:
            await asyncio.gather(
                self._pump(connection, Direction.TO_SERVER, reader),
                self._pump(connection, Direction.TO_CLIENT, upstream[0]),
            )
        finally:
            self._connections.discard(connection)
            connection.abort()

    async def _pump(
        self, connection: "_Connection", direction: Direction, reader: asyncio.StreamReader
    ) -> None:
        writer = connection.writers[direction]
        try:
            while chunk := await reader.read(_CHUNK):
                await asyncio.sleep(self.delay[direction])
                await self._open[direction].wait()
                if direction not in connection.ended:
                    writer.write(chunk)
                    await writer.drain()
            await self._open[direction].wait()
            connection.end(direction)
        except OSError:
            await self._open[direction].wait()
            connection.abort()


class _Connection:
    """`ended`: the directions in which nothing more is passed on."""

    def __init__(self, writers: dict[Direction, asyncio.StreamWriter]) -> None:
        self.writers = writers
        self.ended: set[Direction] = set()

    def end(self, direction: Direction) -> None:
        self.ended.add(direction)
        writer = self.writers[direction]
        if not writer.transport.is_closing():
            with suppress(OSError):
                writer.write_eof()

    def abort(self) -> None:
        for writer in self.writers.values():
            # With nothing to linger for, closing resets the connection instead of ending it.
            if (socket := writer.get_extra_info("socket")) is not None and not writer.transport.is_closing():
                socket.setsockopt(SOL_SOCKET, SO_LINGER, _NO_LINGER)
            writer.transport.abort()


@asynccontextmanager
async def proxy(server: str | None = None) -> AsyncIterator[Proxy]:
    """A proxy on a free port of the loopback, for as long as the block runs."""
    made = Proxy(server)
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(made.accept(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()
    made.address = f"{host}:{port}"
    try:
        yield made
    finally:
        listener.close()
        made.cut()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

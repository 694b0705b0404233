"""Just enough HTTP/2 (RFC 9113) to send what no gRPC library would."""

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    range(10)
)
ACK, END_STREAM, END_HEADERS, PADDED = 0x1, 0x1, 0x4, 0x8

_HEADER = struct.Struct("!HBBBI")


class Frame(NamedTuple):
    """A frame as it came."""

    kind: int
    flags: int
    stream: int
    payload: bytes


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """A frame's bytes."""
    return _HEADER.pack(len(payload) >> 8, len(payload) & 0xFF, kind, flags, stream) + payload


def call(path: str, stream: int = 1, fields: Mapping[str, str | None] | None = None, flags: int = 0) -> bytes:
    """The headers of a gRPC call; `fields` replace them, and None takes one out."""
    wanted = {
        ":method": "POST",
        ":scheme": "http",
        ":path": path,
        ":authority": "localhost",
        "content-type": "application/grpc",
        "te": "trailers",
        **(fields or {}),
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    return frame(HEADERS, END_HEADERS | flags, stream, block(given))


def block(fields: Mapping[str, str]) -> bytes:
    """Headers as literals that enter no table (RFC 7541 §6.2.2)."""
    return b"".join(b"\x00" + _text(name) + _text(value) for name, value in fields.items())


def message(data: bytes, *, length: int | None = None, flag: int = 0) -> bytes:
    """A gRPC message, with whatever length and compression flag."""
    return struct.pack("!BI", flag, len(data) if length is None else length) + data


class Connection:
    """A connection on which anything can be sent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Sends these bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def closed(self) -> bytes:
        """Waits until the peer closes; what it said until then."""
        said = b""
        with suppress(ConnectionError):
            while data := await self._reader.read(65_536):
                said += data
        return said

    async def frames(self) -> AsyncIterator[Frame]:
        """The frames that come, until the peer closes."""
        while True:
            try:
                high, low, kind, flags, stream = _HEADER.unpack(await self._reader.readexactly(_HEADER.size))
                yield Frame(kind, flags, stream, await self._reader.readexactly(high << 8 | low))
            except (asyncio.IncompleteReadError, ConnectionError):
                return

    async def end_of(self, stream: int) -> Frame | None:
        """The frame that ends the stream, or the connection; None when the peer just closes."""
        async for each in self.frames():
            ends = each.kind == RST_STREAM or (each.kind in {DATA, HEADERS} and each.flags & END_STREAM)
            if (each.stream == stream and ends) or each.kind == GOAWAY:
                return each
        return None


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[Connection]:
    """A connection to loopback, on which nothing has been sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.transport.abort()


def _text(text: str) -> bytes:
    assert len(text) < 127
    return bytes([len(text)]) + text.encode()

"""A gRPC client that makes one unary call over and over, as cheaply as Python can.

It speaks just enough HTTP/2 (RFC 9113): the request is encoded once, and of the answer only the frames are
told apart. So one core can ask much faster than a Python server on another can answer. A call counts as
answered when a message came before its trailers.
"""

import socket
import struct
from collections.abc import Iterator

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
INITIAL_WINDOW = 65_535
LARGEST_WINDOW = 2**31 - 1
INITIAL_WINDOW_SIZE = 4

_HEADER = struct.Struct("!HBBBI")  # length in two parts, type, flags, stream


class UnexpectedAnswer(Exception):
    """The server did not do what this client is able to follow."""


class Connection:
    """One connection with a fixed number of calls under way; each answer is followed by the next request."""

    def __init__(
        self, target: str, path: str, request: bytes, in_flight: int, authorization: str = ""
    ) -> None:
        host, _, port = target.rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answered = 0
        self.failed = 0
        self._headers = _request_headers(target, path, authorization)
        self._message = struct.pack("!BI", 0, len(request)) + request
        self._stream = 1
        self._window = INITIAL_WINDOW
        self._waiting = in_flight
        self._with_message: set[int] = set()
        self._received = b""
        self._consumed = 0
        settings = struct.pack("!HI", INITIAL_WINDOW_SIZE, LARGEST_WINDOW)
        grant = struct.pack("!I", LARGEST_WINDOW - INITIAL_WINDOW)
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        opening = preface + _frame(SETTINGS, 0, 0, settings) + _frame(WINDOW_UPDATE, 0, 0, grant)
        self.socket.sendall(opening + self._requests())

    def proceed(self) -> None:
        """Takes what has arrived, which must be something, and sends the requests that it makes room for."""
        arrived = self.socket.recv(1 << 18)
        if not arrived:
            raise UnexpectedAnswer("the server closed the connection")
        replies = b"".join(self._replies(arrived))
        out = replies + self._requests()
        if out:
            self.socket.sendall(out)

    def close(self) -> None:
        """Hangs up, whatever is under way."""
        self.socket.close()

    def _requests(self) -> bytes:
        count = min(self._waiting, self._window // len(self._message))
        self._waiting -= count
        self._window -= count * len(self._message)
        frames = []
        for _ in range(count):
            frames.append(_frame(HEADERS, END_HEADERS, self._stream, self._headers))
            frames.append(_frame(DATA, END_STREAM, self._stream, self._message))
            self._stream += 2
        return b"".join(frames)

    def _replies(self, arrived: bytes) -> Iterator[bytes]:
        received = self._received + arrived
        at, end = 0, len(received)
        while end - at >= _HEADER.size:
            high, low, kind, flags, stream = _HEADER.unpack_from(received, at)
            length = high << 8 | low
            if end - at < _HEADER.size + length:
                break
            at += _HEADER.size + length
            if kind == DATA:
                self._with_message.add(stream)
                self._consumed += length
            elif kind == SETTINGS and not flags & ACK:
                yield _frame(SETTINGS, ACK, 0, b"")
            elif kind == PING and not flags & ACK:
                yield _frame(PING, ACK, 0, received[at - length : at])
            elif kind == WINDOW_UPDATE and stream == 0:
                self._window += int.from_bytes(received[at - length : at], "big")
            elif kind == GOAWAY:
                raise UnexpectedAnswer("the server sent GOAWAY")
            if kind == RST_STREAM or (kind in (DATA, HEADERS) and flags & END_STREAM):
                self._end(stream)
        self._received = received[at:]
        if self._consumed > LARGEST_WINDOW // 2:
            yield _frame(WINDOW_UPDATE, 0, 0, struct.pack("!I", self._consumed))
            self._consumed = 0

    def _end(self, stream: int) -> None:
        self._waiting += 1
        if stream in self._with_message:
            self._with_message.remove(stream)
            self.answered += 1
        else:
            self.failed += 1


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return _HEADER.pack(len(payload) >> 8, len(payload) & 0xFF, kind, flags, stream) + payload


def _request_headers(authority: str, path: str, authorization: str) -> bytes:
    """A header block (RFC 7541) of indexed fields and literals that enter no table."""
    credential = b"\x1f\x08" + _text(authorization) if authorization else b""
    return b"".join(
        (
            b"\x83\x86",  # :method POST, :scheme http
            b"\x04" + _text(path),
            b"\x01" + _text(authority),
            b"\x0f\x10" + _text("application/grpc"),
            b"\x00" + _text("te") + _text("trailers"),
            credential,
        )
    )


def _text(text: str) -> bytes:
    assert len(text) < 127
    return bytes([len(text)]) + text.encode()

"""RESP2, as far as the cache's commands need it (https://redis.io/docs/latest/develop/reference/protocol-spec/)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST = 1024 * 1024
"""Bytes of the longest string that is read: beyond it Redis holds nothing of ours."""

_LONGEST_LINE = 512
_PIECE = 64 * 1024

Command = Sequence[bytes]


class ProtocolError(Exception):
    """What came is no answer that was asked for; the connection can't be used any more."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error that Redis answered with, such as `NOPERM …`. The connection is fine."""

    text: str


Reply = bytes | int | None | Refusal


def encoded(commands: Sequence[Command]) -> bytes:
    """The commands, to be sent together."""
    parts: list[bytes] = []
    for command in commands:
        parts.append(b"*%d\r\n" % len(command))
        for argument in command:
            parts += (b"$%d\r\n" % len(argument), argument, b"\r\n")
    return b"".join(parts)


class Replies:
    """Reads replies; `receive` gives at most that many of the next bytes, and none at the end."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._buffer = bytearray()

    def read(self) -> Reply:
        """The next reply. Raises ProtocolError, ConnectionError at the end, and what `receive` raises."""
        line = self._line()
        kind, text = line[:1], line[1:]
        if kind == b"+":
            return text
        if kind == b"-":
            return Refusal(text.decode("utf-8", "replace"))
        if kind == b":":
            return _number(text)
        if kind == b"$":
            length = _number(text)
            return None if length == -1 else self._string(length)
        raise ProtocolError(f"a reply can't begin with {kind!r}")

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > _LONGEST_LINE:
                raise ProtocolError("a line without an end")
            self._more()
        return self._take(end)

    def _string(self, length: int) -> bytes:
        if not 0 <= length <= LONGEST:
            raise ProtocolError(f"a string of {length} bytes")
        while len(self._buffer) < length + 2:
            self._more()
        if self._buffer[length : length + 2] != b"\r\n":
            raise ProtocolError("a string that does not end where it should")
        return self._take(length)

    def _take(self, length: int) -> bytes:
        taken = bytes(self._buffer[:length])
        del self._buffer[: length + 2]
        return taken

    def _more(self) -> None:
        piece = self._receive(_PIECE)
        if not piece:
            raise ConnectionResetError("Redis closed the connection")
        self._buffer += piece


def _number(text: bytes) -> int:
    try:
        return int(text)
    except ValueError:
        raise ProtocolError(f"{text[:20]!r} is no number") from None

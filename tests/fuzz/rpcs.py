"""Requests of every RPC to a server in this process, over a real connection."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio

from tests.fuzz.requests import METHODS, Metadata, Samples, Words, credential, drawn, headers
from vexil.server.access.matrix import matrix
from vexil.server.access.rules.row import Callers

_SECONDS = 10.0
_SECONDS_OF_A_STREAM = 0.1
_MOST_ANSWERS = 4

_DEFECTS = {
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.DATA_LOSS,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}
"""How no request may be answered, whatever is in it; UNAVAILABLE is what a connection says that broke."""

_ENDED_WHILE_WRITING = "Internal error from Core"
"""What grpc.aio makes of a stream that the server has ended while the client was writing."""

_PUBLIC = {path for path, row in matrix(lambda _name: True).items() if row.rule is Callers.ANYBODY}

Log = Sequence[tuple[str, int]]
"""Namespaces, and how far they are."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A request that was answered as none may be. The case's name makes the same request again."""

    case: str
    caller: str
    what: str
    request: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls. Only an editor changes anything, and a stranger is not let in."""

    name: str
    key: Metadata = ()
    may_change: bool = False
    is_stranger: bool = False


class Target:
    """A server with content, a connection to it, and those who call; `log` tells how far it is."""

    def __init__(
        self,
        channel: Any,
        words: Words,
        samples: Samples,
        callers: Sequence[Caller],
        log: Callable[[], Awaitable[Log]],
    ) -> None:
        self._channel = channel
        self._words = words
        self._samples = samples
        self._callers = callers
        self._log = log

    async def run(self, path: str, case: str) -> Defect | None:
        """Makes the request that the case's name stands for; what was wrong with the answer."""
        chance = random.Random(case)
        caller = chance.choice(self._callers)
        sent = drawn(path, chance, self._words, self._samples)
        key = (("authorization", credential(chance)),) if caller.is_stranger else caller.key
        before = None if caller.may_change else await self._log()
        what = await self._wrong(path, sent, (*key, *headers(chance)), caller)
        if before is not None and await self._log() != before:
            what = "something was changed"
        shown = " ".join(data.hex() for data in sent)
        return None if what is None else Defect(case, caller.name, what, shown)

    async def _wrong(
        self, path: str, sent: Sequence[bytes], metadata: Metadata, caller: Caller
    ) -> str | None:
        try:
            answered = await self._call(path, sent, metadata)
        except grpc.aio.AioRpcError as error:
            code, details = error.code(), str(error.details())
            defect = code in _DEFECTS and details != _ENDED_WHILE_WRITING
            return f"{code.name}: {details}" if defect else None
        let_in = answered and caller.is_stranger and path not in _PUBLIC
        return "a stranger was let in" if let_in else None

    async def _call(self, path: str, sent: Sequence[bytes], metadata: Metadata) -> bool:
        """Whether there was any answer."""
        method = METHODS[path]
        options = {"timeout": _SECONDS, "metadata": metadata}
        if method.client_streaming:
            return await _read(self._channel.stream_stream(path)(_each(sent), **options))
        if method.server_streaming:
            return await _read(self._channel.unary_stream(path)(sent[0], **options))
        await self._channel.unary_unary(path)(sent[0], **options)
        return True


async def _each(sent: Sequence[bytes]) -> AsyncIterator[bytes]:
    for data in sent:
        yield data


async def _read(stream: Any) -> bool:
    """Some answers, and whether there was one; streams that stay open are left."""
    answered = False
    try:
        async with asyncio.timeout(_SECONDS_OF_A_STREAM):
            for _ in range(_MOST_ANSWERS):
                if await stream.read() is grpc.aio.EOF:
                    break
                answered = True
    except TimeoutError:
        pass
    finally:
        stream.cancel()
    return answered

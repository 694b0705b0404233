"""The requests of one stream, as grpc.aio brings them."""

from collections.abc import AsyncIterator
from typing import Any

import grpc.aio
from google.protobuf.message import Message

from vexil.server.services import Method
from vexil.server.transport.grpc_aio.call import GrpcCall
from vexil.server.transport.hearing import heard_out


class Requests:
    """Read one by one from grpc's own context, while that is at hand."""

    def __init__(self, method: Method, context: Any, call: GrpcCall) -> None:
        self._method = method
        self._context = context
        self._call = call
        self._first = True
        self._ended = False

    async def messages(self) -> AsyncIterator[Message]:
        """The requests. Raises InvalidRequest for bytes that are none."""
        while (data := await self._next()) is not None:
            yield self._method.read(data, self._call)

    async def heard_out(self) -> None:
        """Waits until the client, which is about to be told of an error, pauses or has ended."""
        if not self._ended:
            await heard_out(self._next, first=self._first)

    async def _next(self) -> bytes | None:
        data = await self._context.read()
        self._first = False
        if data is grpc.aio.EOF:
            self._ended = True
            return None
        received: bytes = data
        return received

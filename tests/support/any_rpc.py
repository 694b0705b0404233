"""Calls of any RPC by its name."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
from google.protobuf.message import Message

from tests.fuzz.requests import METHODS
from tests.support.server import PATIENCE


async def code_of(channel: Any, name: str, request: Message, authorization: str = "") -> grpc.StatusCode:
    """What becomes of a call of an RPC such as `ConfigService/Get`; OK for a stream that says anything."""
    path = f"/vexil.v1.{name}"
    method = METHODS[path]
    data = request.SerializeToString()
    metadata = (("authorization", authorization),) if authorization else ()
    try:
        if method.client_streaming:
            stream: Any = channel.stream_stream(path)(_only(data), timeout=PATIENCE, metadata=metadata)
        elif method.server_streaming:
            stream = channel.unary_stream(path)(data, timeout=PATIENCE, metadata=metadata)
        else:
            await channel.unary_unary(path)(data, timeout=PATIENCE, metadata=metadata)
            return grpc.StatusCode.OK
        await stream.read()
        stream.cancel()
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


async def _only(data: bytes) -> AsyncIterator[bytes]:
    yield data

"""A bearer token for calls on this machine, which need no TLS.

Over TLS it travels as gRPC's call credentials instead, which never go over plain text.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import grpc
import grpc.aio

from vexil.client.rpc.token import Token, authorization


class _Details(grpc.ClientCallDetails):
    """A call's details, as they are changed on the way."""

    def __init__(self, given: Any, token: str) -> None:
        self.method = given.method
        self.timeout = given.timeout
        self.metadata = (*(given.metadata or ()), *authorization(token))
        self.credentials = given.credentials
        self.wait_for_ready = given.wait_for_ready
        self.compression = getattr(given, "compression", None)


class Bearer(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Adds the token to every call of a channel for threads."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        """One request, one answer."""
        return continuation(_Details(client_call_details, self._token.current()), request)

    def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        """One request, a stream of answers."""
        return continuation(_Details(client_call_details, self._token.current()), request)

    def intercept_stream_stream(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        """Streams in both directions."""
        return continuation(_Details(client_call_details, self._token.current()), request_iterator)


def aio_bearers(token: Token) -> Sequence[grpc.aio.ClientInterceptor]:
    """Add the token to every call of a channel for asyncio; an interceptor can be for one shape only."""
    return _UnaryUnary(token), _UnaryStream(token), _StreamStream(token)


class _AioBearer:
    def __init__(self, token: Token) -> None:
        self._token = token

    async def _go_on(self, continuation: Any, details: Any, request: Any) -> Any:
        token = self._token.at_hand()
        if token is None:
            token = await asyncio.to_thread(self._token.current)
        metadata = grpc.aio.Metadata(*(details.metadata or ()), *authorization(token))
        return await continuation(details._replace(metadata=metadata), request)


class _UnaryUnary(_AioBearer, grpc.aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await self._go_on(continuation, client_call_details, request)


class _UnaryStream(_AioBearer, grpc.aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await self._go_on(continuation, client_call_details, request)


class _StreamStream(_AioBearer, grpc.aio.StreamStreamClientInterceptor):
    async def intercept_stream_stream(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        return await self._go_on(continuation, client_call_details, request_iterator)

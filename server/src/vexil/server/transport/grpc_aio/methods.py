"""The table of methods as grpc handlers, one shape after the other.

Bytes come in and go out: the table decodes requests, so that what can't be read gets a typed error, and a
stream's messages may have been encoded long before.
"""

import asyncio
import inspect
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import aclosing
from typing import Any

import grpc
from google.protobuf.message import Message

from vexil.core.errors import Unimplemented
from vexil.server.services import Method, MethodKind
from vexil.server.transport.grpc_aio.call import GrpcCall
from vexil.server.transport.grpc_aio.failures import abort, ending


class MethodHandlers:
    """Handlers for a server, and the streams that are open on them."""

    def __init__(self, methods: Iterable[Method]) -> None:
        self._methods = list(methods)
        self._streams: set[asyncio.Task[Any]] = set()

    def generic(self) -> list[grpc.GenericRpcHandler]:
        """What `add_generic_rpc_handlers` takes."""
        services: defaultdict[str, dict[str, grpc.RpcMethodHandler]] = defaultdict(dict)
        for method in self._methods:
            _, service, name = method.path.split("/")
            services[service][name] = self._handler(method)
        return [grpc.method_handlers_generic_handler(*service) for service in services.items()]

    async def finished(self) -> None:
        """Waits until every stream's handler has cleaned up after itself."""
        if self._streams:
            await asyncio.wait(self._streams)

    def _handler(self, method: Method) -> grpc.RpcMethodHandler:
        match method.kind:
            case MethodKind.UNARY if inspect.iscoroutinefunction(method.handler):
                return grpc.unary_unary_rpc_method_handler(_waiting(method))
            case MethodKind.UNARY:
                return grpc.unary_unary_rpc_method_handler(_immediate(method))
            case MethodKind.SERVER_STREAM:
                return grpc.unary_stream_rpc_method_handler(self._server_stream(method))
            case MethodKind.BIDI:
                return grpc.stream_stream_rpc_method_handler(self._bidi(method))

    def _server_stream(self, method: Method) -> Callable[..., Any]:
        async def answer(data: bytes, context: Any) -> None:
            call = GrpcCall(context)
            async with ending(context, call, method.path):
                await self._send(method.handler(method.decode(data), call), context, call)

        return answer

    def _bidi(self, method: Method) -> Callable[..., Any]:
        async def answer(requests: AsyncIterator[bytes], context: Any) -> None:
            call = GrpcCall(context)
            async with ending(context, call, method.path):
                decoded = (method.decode(data) async for data in requests)
                await self._send(method.handler(decoded, call), context, call)

        return answer

    async def _send(
        self, responses: AsyncGenerator[Message | bytes, None], context: Any, call: GrpcCall
    ) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - grpc.aio runs each handler in a task
        self._streams.add(task)
        try:
            call.echo_request_id()
            async with aclosing(responses):
                async for response in responses:
                    await context.write(
                        response if isinstance(response, bytes) else response.SerializeToString()
                    )
        finally:
            self._streams.discard(task)


def _immediate(method: Method) -> Callable[..., Any]:
    """For handlers that have nothing to wait for: the hot path."""
    decode, handler = method.decode, method.handler

    async def answer(data: bytes, context: Any) -> bytes:
        call = GrpcCall(context)
        try:
            response: bytes = handler(decode(data), call).SerializeToString()
            call.echo_request_id()
            return response
        except Exception as error:  # noqa: BLE001 - the last frame before grpc, which would show its class
            failure = error
        await abort(context, failure, call, method.path)

    return answer


def _waiting(method: Method) -> Callable[..., Any]:
    async def answer(data: bytes, context: Any) -> bytes:
        call = GrpcCall(context)
        async with ending(context, call, method.path):
            response = await method.handler(method.decode(data), call)
            call.echo_request_id()
            return bytes(response.SerializeToString())
        raise AssertionError("an error has ended the call")

    return answer


class UnknownMethods(grpc.GenericRpcHandler):
    """Refuses every method with a reason; comes after all other handlers."""

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """A handler for whatever was called."""

        async def refuse(_requests: AsyncIterator[bytes], context: Any) -> None:
            error = Unimplemented(f"this server has no method {details.method}")
            await abort(context, error, GrpcCall(context), details.method)

        return grpc.stream_stream_rpc_method_handler(refuse)

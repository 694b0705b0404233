"""The table of methods as grpc handlers, one shape after the other.

Bytes come in and go out: the table decodes requests, so that what can't be read gets a typed error, and a
stream's messages may have been encoded long before.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from contextvars import ContextVar
from typing import Any, TypeAlias

import grpc
import grpc.aio

from vexil.core.errors import Unimplemented
from vexil.server.identity.authentication import Authentication
from vexil.server.services import Method, MethodKind
from vexil.server.transport.grpc_aio.call import Given, GrpcCall
from vexil.server.transport.grpc_aio.failures import abort
from vexil.server.transport.grpc_aio.requests import Requests

RpcHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"

_given: ContextVar[Given] = ContextVar("given")
"""The metadata of the call that the task answers: grpc has just made Python objects of it when it looks for a
handler, and to ask for it later makes them again, which costs more than an evaluation."""


class MethodHandlers:
    """Handlers for a server, and the streams that are open on them."""

    def __init__(self, methods: Iterable[Method], authentication: Authentication) -> None:
        self._methods = list(methods)
        self._authentication = authentication
        self._streams: set[asyncio.Task[Any]] = set()

    def generic(self) -> grpc.GenericRpcHandler:
        """What `add_generic_rpc_handlers` takes."""
        return _KnownMethods({method.path: self._handler(method) for method in self._methods})

    async def finished(self) -> None:
        """Waits until every stream's handler has cleaned up after itself."""
        if self._streams:
            await asyncio.wait(self._streams)

    def _handler(self, method: Method) -> RpcHandler:
        match method.kind:
            case MethodKind.UNARY:
                return grpc.unary_unary_rpc_method_handler(_unary(method, self._authentication))
            case MethodKind.SERVER_STREAM:
                return grpc.unary_stream_rpc_method_handler(self._stream(method))
            case MethodKind.BIDI:
                return grpc.stream_stream_rpc_method_handler(self._stream(method))

    def _stream(self, method: Method) -> Callable[..., Any]:
        streams, authentication = self._streams, self._authentication

        async def answer(received: Any, context: Any) -> None:
            call = GrpcCall(context, authentication, _given.get())
            call.echo_request_id()
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - grpc.aio runs each handler in a task
            streams.add(task)
            requests = Requests(method, context, call) if method.kind is MethodKind.BIDI else None
            try:
                asked = method.read(received, call) if requests is None else requests.messages()
                async with aclosing(method.handler(asked, call)) as responses:
                    async for response in responses:
                        encoded = response if isinstance(response, bytes) else response.SerializeToString()
                        await context.write(encoded)
            except grpc.aio.BaseError:
                pass  # the peer left in the middle of a message: there is nobody to tell
            except Exception as error:  # noqa: BLE001 - grpc, the next frame, would show its class
                if requests is not None:
                    await requests.heard_out()
                await abort(context, error, call, method.path)
            finally:
                streams.discard(task)
                call.finish()

        return answer


def _unary(method: Method, authentication: Authentication) -> Callable[..., Any]:
    """The hot path: one call, from bytes to bytes."""
    read, handler = method.read, method.handler
    waits = inspect.iscoroutinefunction(handler)

    async def answer(data: bytes, context: Any) -> bytes:
        call = GrpcCall(context, authentication, _given.get())
        call.echo_request_id()
        try:
            response = handler(read(data, call), call)
            if waits:
                response = await response
            return response if isinstance(response, bytes) else response.SerializeToString()
        except Exception as error:  # noqa: BLE001 - grpc, the next frame, would show its class
            return await abort(context, error, call, method.path)
        finally:
            call.finish()

    return answer


class _KnownMethods(grpc.GenericRpcHandler):
    """Finds a call's handler, in the task that then runs it."""

    def __init__(self, handlers: Mapping[str, RpcHandler]) -> None:
        self._handlers = handlers

    def service(self, details: grpc.HandlerCallDetails) -> "RpcHandler | None":
        """The handler of a method that the table has."""
        _given.set(details.invocation_metadata)
        return self._handlers.get(details.method)


class UnknownMethods(grpc.GenericRpcHandler):
    """Refuses every method with a reason; comes after all other handlers."""

    def __init__(self, authentication: Authentication) -> None:
        self._authentication = authentication

    def service(self, details: grpc.HandlerCallDetails) -> RpcHandler:
        """A handler for whatever was called."""

        async def refuse(_requests: AsyncIterator[bytes], context: Any) -> None:
            error = Unimplemented(f"this server has no method {details.method}")
            call = GrpcCall(context, self._authentication, details.invocation_metadata)
            await abort(context, error, call, details.method)

        return grpc.stream_stream_rpc_method_handler(refuse)

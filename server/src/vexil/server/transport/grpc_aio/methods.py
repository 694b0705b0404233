"""The table of methods as grpc handlers, one shape after the other.

Bytes come in and go out: the table decodes requests, so that what can't be read gets a typed error, and a
stream's messages may have been encoded long before.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, TypeAlias

import grpc
import grpc.aio

from vexil.core.errors import Unimplemented
from vexil.server.identity.authentication import Authentication
from vexil.server.services import Method, MethodKind
from vexil.server.transport.grpc_aio.call import GrpcCall
from vexil.server.transport.grpc_aio.failures import abort
from vexil.server.transport.grpc_aio.requests import Requests
from vexil.server.transport.headers import AUTHORIZATION, REQUEST_ID

RpcHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


class MethodHandlers:
    """Handlers for a server, and the streams that are open on them."""

    def __init__(self, methods: Iterable[Method], authentication: Authentication) -> None:
        self._methods = list(methods)
        self._authentication = authentication
        self._streams: set[asyncio.Task[Any]] = set()

    def generic(self) -> grpc.GenericRpcHandler:
        """What `add_generic_rpc_handlers` takes."""
        return _KnownMethods(
            {
                echo: {method.path: self._handler(method, echo) for method in self._methods}
                for echo in (False, True)
            }
        )

    async def finished(self) -> None:
        """Waits until every stream's handler has cleaned up after itself."""
        if self._streams:
            await asyncio.wait(self._streams)

    def _handler(self, method: Method, echo: bool) -> RpcHandler:
        match method.kind:
            case MethodKind.UNARY:
                return grpc.unary_unary_rpc_method_handler(_unary(method, self._authentication, echo))
            case MethodKind.SERVER_STREAM:
                return grpc.unary_stream_rpc_method_handler(self._stream(method, echo))
            case MethodKind.BIDI:
                return grpc.stream_stream_rpc_method_handler(self._stream(method, echo))

    def _stream(self, method: Method, echo: bool) -> Callable[..., Any]:
        streams, authentication = self._streams, self._authentication

        async def answer(received: Any, context: Any) -> None:
            call = GrpcCall(context, authentication)
            if echo:
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


def _unary(method: Method, authentication: Authentication, echo: bool) -> Callable[..., Any]:
    """The hot path: one call, from bytes to bytes."""
    read, handler = method.read, method.handler
    waits = inspect.iscoroutinefunction(handler)

    async def answer(data: bytes, context: Any, authorization: Sequence[str] | None = None) -> bytes:
        call = GrpcCall(context, authentication, authorization)
        if echo:
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
    """Finds a call's handler: one that echoes the request id where the caller gave one, or one that does not.

    grpc has just made Python objects of the metadata; to ask for them later makes them again, which costs
    more than an evaluation. So the handler of a unary call is given its credentials here.
    """

    def __init__(self, handlers: Mapping[bool, Mapping[str, RpcHandler]]) -> None:
        self._handlers = handlers

    def service(self, details: grpc.HandlerCallDetails) -> "RpcHandler | None":
        """The handler of a method that the table has."""
        metadata = details.invocation_metadata
        given = dict(metadata)
        handler = self._handlers[REQUEST_ID in given].get(details.method)
        answer: Any = None if handler is None else handler.unary_unary
        if answer is None or AUTHORIZATION not in given:
            return handler
        authorization = [value for name, value in metadata if name == AUTHORIZATION]
        return grpc.unary_unary_rpc_method_handler(partial(answer, authorization=authorization))


class UnknownMethods(grpc.GenericRpcHandler):
    """Refuses every method with a reason; comes after all other handlers."""

    def __init__(self, authentication: Authentication) -> None:
        self._authentication = authentication

    def service(self, details: grpc.HandlerCallDetails) -> RpcHandler:
        """A handler for whatever was called."""

        async def refuse(_requests: AsyncIterator[bytes], context: Any) -> None:
            error = Unimplemented(f"this server has no method {details.method}")
            await abort(context, error, GrpcCall(context, self._authentication), details.method)

        return grpc.stream_stream_rpc_method_handler(refuse)

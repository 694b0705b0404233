"""Clients that hold nothing: every read is a call."""

import os
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import grpc

from vexil.client.connected import Connected
from vexil.client.options import ClientArguments, ClientOptions, client_options
from vexil.client.reads import Reads, typed_value
from vexil.client.rpc import (
    AioConfigStub,
    ConfigStub,
    Endpoint,
    open_aio_channel,
    open_channel,
    to_vexil_error,
)
from vexil.client.rpc.evaluating import (
    evaluate_request,
    evaluation_of,
    explain_request,
    explanation_of,
    failed_evaluation,
)
from vexil.core.errors import VexilError
from vexil.core.evaluation import EMPTY_CONTEXT, Evaluation, EvaluationContext, Explanation

T = TypeVar("T")


class _RemoteSource:
    """Answers each read with a call, and a failed call with an ERROR outcome."""

    view = None

    def __init__(self, stub: ConfigStub, options: ClientOptions) -> None:
        self._stub = stub
        self._options = options

    @property
    def reader(self) -> Self:
        return self

    def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        options = self._options
        try:
            request = evaluate_request(options, key, context)
            return evaluation_of(self._stub.evaluate(request, timeout=options.call_timeout))
        except (grpc.RpcError, VexilError) as failure:
            return failed_evaluation(key, failure, options)


class RemoteClient(Connected, Reads):
    """Evaluates on the server: for short-lived programs, and where nothing may be held in memory.

    Every read is a call of at most `call_timeout` seconds; when it fails, the caller's default stands in and
    `evaluate` says why. Takes the arguments of `Client`; those about a local state have no effect.
    """

    def __init__(self, target: str | Endpoint | None = None, **arguments: Unpack[ClientArguments]) -> None:
        self._options = client_options(target, os.environ, **arguments)
        self._channel = open_channel(self._options.endpoint)
        self._stub = ConfigStub(self._channel)
        self._source = _RemoteSource(self._stub, self._options)

    def explain(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Explanation:
        """The evaluation with each step on the way. Raises VexilError."""
        options = self._options
        request = explain_request(options, key, context)
        try:
            return explanation_of(self._stub.explain(request, timeout=options.call_timeout))
        except grpc.RpcError as failure:
            raise to_vexil_error(failure, options.endpoint.target) from failure

    def close(self) -> None:
        """Closes the connection. May be repeated."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncRemoteClient(Connected):
    """As `RemoteClient`, for asyncio: reads are awaited. Made in the event loop that uses it."""

    def __init__(self, target: str | Endpoint | None = None, **arguments: Unpack[ClientArguments]) -> None:
        self._options = client_options(target, os.environ, **arguments)
        self._channel = open_aio_channel(self._options.endpoint)
        self._stub = AioConfigStub(self._channel)

    async def evaluate(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Evaluation:
        """What the context gets from the setting; a failed call is an ERROR outcome."""
        options = self._options
        try:
            request = evaluate_request(options, key, context)
            return evaluation_of(await self._stub.evaluate(request, timeout=options.call_timeout))
        except (grpc.RpcError, VexilError) as failure:
            return failed_evaluation(key, failure, options)

    async def get(self, key: str, default: Any = None, context: EvaluationContext = EMPTY_CONTEXT) -> Any:
        """The setting's value, of whatever type it has, or the default."""
        evaluation = await self.evaluate(key, context)
        return default if evaluation.type is None else evaluation.value

    async def get_typed(
        self, key: str, value_type: type[T], default: T, context: EvaluationContext = EMPTY_CONTEXT
    ) -> T:
        """The value where it is of this type, or the default; types and errors as `Reads.get_typed`."""
        return typed_value(await self.evaluate(key, context), value_type, default)

    async def explain(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Explanation:
        """The evaluation with each step on the way. Raises VexilError."""
        options = self._options
        request = explain_request(options, key, context)
        try:
            return explanation_of(await self._stub.explain(request, timeout=options.call_timeout))
        except grpc.RpcError as failure:
            raise to_vexil_error(failure, options.endpoint.target) from failure

    async def close(self) -> None:
        """Closes the connection. May be repeated."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

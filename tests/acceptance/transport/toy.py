"""Handlers that do what a test needs, behind the real contract."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.server.call import CallContext
from vexil.server.services import Method, MethodKind
from vexil.v1 import config_service_pb2 as pb
from vexil.v1 import watch_pb2


@dataclass(frozen=True)
class Seen:
    """What a handler was told about its call."""

    principal: str
    peer: str
    metadata: Mapping[str, str]
    request_id: str
    time_remaining: float | None


class Toy:
    """A few methods of ConfigService.

    Evaluate answers at once, with the key as the variant. Get answers when `release` is set. Watch sends
    `messages` messages and then waits until `ended`. EvaluateStream answers each request with its id.
    `failure` is raised by whatever is called. `calls` are the calls so far.
    """

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.messages = 0
        self.release = asyncio.Event()
        self.entered = asyncio.Event()
        self.left = asyncio.Event()
        self.ended = asyncio.Event()
        self.sent = 0
        self.calls: list[Seen] = []
        self.log: list[str] = []

    def methods(self) -> Sequence[Method]:
        """The table that a transport registers."""
        service = "/vexil.v1.ConfigService"
        return [
            Method(
                f"{service}/Evaluate",
                MethodKind.UNARY,
                pb.EvaluateRequest,
                pb.EvaluateResponse,
                self._evaluate,
            ),
            Method(f"{service}/Get", MethodKind.UNARY, pb.GetRequest, pb.GetResponse, self._get),
            Method(
                f"{service}/Watch",
                MethodKind.SERVER_STREAM,
                watch_pb2.WatchRequest,
                watch_pb2.WatchResponse,
                self._watch,
            ),
            Method(
                f"{service}/EvaluateStream",
                MethodKind.BIDI,
                pb.EvaluateStreamRequest,
                pb.EvaluateStreamResponse,
                self._evaluate_stream,
            ),
        ]

    def end_streams(self) -> None:
        """Asks streams to end, as a drain does."""
        self.log.append("streams asked to end")
        self.ended.set()

    def _evaluate(self, request: pb.EvaluateRequest, call: CallContext) -> pb.EvaluateResponse:
        self._enter(call)
        response = pb.EvaluateResponse(revision=7)
        response.evaluation.key = request.key
        return response

    async def _get(self, _request: pb.GetRequest, call: CallContext) -> pb.GetResponse:
        try:
            self._enter(call)
            await self.release.wait()
            return pb.GetResponse(revision=7)
        finally:
            self.left.set()

    async def _watch(self, _request: watch_pb2.WatchRequest, call: CallContext) -> AsyncIterator[bytes]:
        try:
            for i in range(self.messages):
                self.sent = i + 1
                yield watch_pb2.WatchResponse(revision=i + 1, resume_token=b"x" * 1000).SerializeToString()
            self._enter(call)
            await self.ended.wait()
            yield watch_pb2.WatchResponse(end=watch_pb2.StreamEnd()).SerializeToString()
        finally:
            await asyncio.sleep(0)
            self.log.append("stream cleaned up")
            self.left.set()

    async def _evaluate_stream(
        self, requests: AsyncIterator[pb.EvaluateStreamRequest], call: CallContext
    ) -> AsyncIterator[pb.EvaluateStreamResponse]:
        async for request in requests:
            self._enter(call)
            yield pb.EvaluateStreamResponse(correlation_id=request.correlation_id)

    def _enter(self, call: CallContext) -> None:
        self.calls.append(
            Seen(call.principal, call.peer, call.metadata, call.request_id, call.time_remaining)
        )
        self.entered.set()
        if self.failure is not None:
            raise self.failure


async def read(call: Any) -> Any:
    """The next message of a stream, or `grpc.aio.EOF`."""
    return await call.read()


def evaluate_request(**fields: Any) -> pb.EvaluateRequest:
    """A valid request."""
    return pb.EvaluateRequest(**{"namespace": "shop", "environment": "prod", "key": "color", **fields})


def get_request() -> pb.GetRequest:
    """A valid request."""
    return pb.GetRequest(namespace="shop", environment="prod", key="color")


def watch_request() -> watch_pb2.WatchRequest:
    """A valid request."""
    return watch_pb2.WatchRequest(namespace="shop", environment="prod")


def stream_request(correlation_id: str) -> pb.EvaluateStreamRequest:
    """A valid request."""
    return pb.EvaluateStreamRequest(correlation_id=correlation_id, request=evaluate_request())


def defect() -> Exception:
    """An error that nobody foresaw, with something in it that no client may see."""
    return ZeroDivisionError("password=hunter2")

"""A real gRPC server whose watch streams say what the test writes down."""

import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent import futures
from typing import Any, Self

import grpc
from google.protobuf.duration_pb2 import Duration

from tests.unit.client.making import WHEN
from vexil.client.rpc.stubs import CONFIG_SERVICE
from vexil.convert.errors import error_to_status
from vexil.convert.resources import change_to_proto, state_to_proto
from vexil.core.errors import VexilError
from vexil.core.resource import ResourceChange, ResourceState
from vexil.v1 import watch_pb2


def state_responses(states: Sequence[ResourceState], revision: int) -> list[watch_pb2.WatchResponse]:
    """A full state in one chunk."""
    return [
        watch_pb2.WatchResponse(
            revision=revision, state_begin=watch_pb2.StateBegin(resource_count=len(states))
        ),
        watch_pb2.WatchResponse(
            revision=revision,
            state_chunk=watch_pb2.StateChunk(resources=[state_to_proto(state) for state in states]),
        ),
        watch_pb2.WatchResponse(
            resume_token=token(revision),
            revision=revision,
            state_end=watch_pb2.StateEnd(resource_count=len(states)),
        ),
    ]


def delta_response(changes: Sequence[ResourceChange], revision: int) -> watch_pb2.WatchResponse:
    """A change."""
    delta = watch_pb2.Delta(changes=[change_to_proto(change) for change in changes])
    delta.committed_at.FromDatetime(WHEN)
    return watch_pb2.WatchResponse(resume_token=token(revision), revision=revision, delta=delta)


def part_response(changes: Sequence[ResourceChange], revision: int) -> watch_pb2.WatchResponse:
    """A part of a change of which more follows."""
    response = delta_response(changes, revision)
    response.ClearField("resume_token")
    response.delta.more = True
    return response


def batch_response(commits: Sequence[tuple[Sequence[ResourceChange], int]]) -> watch_pb2.WatchResponse:
    """Several commits in one message, oldest first."""
    newest = commits[-1][1]
    response = watch_pb2.WatchResponse(resume_token=token(newest), revision=newest)
    for changes, revision in commits:
        delta = response.deltas.deltas.add()
        delta.CopyFrom(delta_response(changes, revision).delta)
        delta.revision = revision
    return response


def progress_response(revision: int) -> watch_pb2.WatchResponse:
    """A sign of life."""
    return watch_pb2.WatchResponse(
        resume_token=token(revision), revision=revision, progress=watch_pb2.Progress()
    )


def end_response(retry_after: float) -> watch_pb2.WatchResponse:
    """A goodbye with a hint."""
    hint = Duration(nanos=int(retry_after * 1e9))
    return watch_pb2.WatchResponse(end=watch_pb2.StreamEnd(retry_after=hint))


def token(revision: int) -> bytes:
    """The token of a revision."""
    return f"token-{revision}".encode()


class ScriptedStream:
    """One watch call, as the server sees it."""

    def __init__(self, request: watch_pb2.WatchRequest) -> None:
        self.request = request
        self.ended = threading.Event()
        self._script: queue.SimpleQueue[watch_pb2.WatchResponse | VexilError | None] = queue.SimpleQueue()

    def send(self, *responses: watch_pb2.WatchResponse) -> None:
        """Sends messages."""
        for response in responses:
            self._script.put(response)

    def end(self, error: VexilError | None = None) -> None:
        """Ends the call: cleanly, or with this error."""
        self._script.put(error)

    def run(self, context: grpc.ServicerContext) -> Iterator[watch_pb2.WatchResponse]:
        """The handler."""
        context.add_callback(self._gone)
        while isinstance(item := self._script.get(), watch_pb2.WatchResponse):
            yield item
        if item is not None:
            abort(context, item)

    def _gone(self) -> None:
        self.ended.set()
        self._script.put(None)


def abort(context: grpc.ServicerContext, error: VexilError) -> None:
    """Ends a call with an error, as the real server does."""
    status = error_to_status(error)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
    context.abort(code, status.message)


class ScriptedServer:
    """A server on a free port of the loopback; a context manager.

    `reports` and `asked` are what clients sent by Acknowledge and RequestProgress. `refuse_reports` takes
    errors that the next reports are answered with, `answers` what the next requests for progress are: a
    revision, or an error.
    """

    def __init__(self) -> None:
        self.reports: queue.Queue[watch_pb2.AcknowledgeRequest] = queue.Queue()
        self.refuse_reports: queue.SimpleQueue[VexilError] = queue.SimpleQueue()
        self.asked: queue.Queue[watch_pb2.RequestProgressRequest] = queue.Queue()
        self.answers: queue.SimpleQueue[int | VexilError] = queue.SimpleQueue()
        self._streams: queue.Queue[ScriptedStream] = queue.Queue()
        self._server = grpc.server(futures.ThreadPoolExecutor(16))
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "Watch": grpc.unary_stream_rpc_method_handler(
                self._watch,
                request_deserializer=watch_pb2.WatchRequest.FromString,
                response_serializer=watch_pb2.WatchResponse.SerializeToString,
            ),
            "Acknowledge": grpc.unary_unary_rpc_method_handler(
                self._acknowledge,
                request_deserializer=watch_pb2.AcknowledgeRequest.FromString,
                response_serializer=watch_pb2.AcknowledgeResponse.SerializeToString,
            ),
            "RequestProgress": grpc.unary_unary_rpc_method_handler(
                self._request_progress,
                request_deserializer=watch_pb2.RequestProgressRequest.FromString,
                response_serializer=watch_pb2.RequestProgressResponse.SerializeToString,
            ),
        }
        self._server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(CONFIG_SERVICE.full_name, handlers),)
        )
        self.target = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def accept(self, timeout: float = 10.0) -> ScriptedStream:
        """Waits for the next watch call."""
        return self._streams.get(timeout=timeout)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def _watch(
        self, request: watch_pb2.WatchRequest, context: grpc.ServicerContext
    ) -> Iterator[watch_pb2.WatchResponse]:
        stream = ScriptedStream(request)
        self._streams.put(stream)
        yield from stream.run(context)

    def _acknowledge(
        self, request: watch_pb2.AcknowledgeRequest, context: grpc.ServicerContext
    ) -> watch_pb2.AcknowledgeResponse:
        self.reports.put(request)
        if not self.refuse_reports.empty():
            abort(context, self.refuse_reports.get())
        return watch_pb2.AcknowledgeResponse(head_revision=request.applied_revision)

    def _request_progress(
        self, request: watch_pb2.RequestProgressRequest, context: grpc.ServicerContext
    ) -> watch_pb2.RequestProgressResponse:
        self.asked.put(request)
        try:
            answer = self.answers.get(timeout=30)
        except queue.Empty:
            return watch_pb2.RequestProgressResponse()
        if isinstance(answer, VexilError):
            abort(context, answer)
            raise answer
        return watch_pb2.RequestProgressResponse(revision=answer)

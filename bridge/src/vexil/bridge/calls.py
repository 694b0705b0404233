"""Calls to the server."""

from collections.abc import Iterator
from typing import Any

import grpc
from google.protobuf.message import Message

from vexil.bridge.attempts import answer
from vexil.bridge.budget import Budget
from vexil.bridge.failure import Failure
from vexil.bridge.line import Line, open_channel
from vexil.bridge.settings import Settings
from vexil.v1 import config_service_pb2 as config_pb
from vexil.v1 import connect_service_pb2 as connect_pb
from vexil.v1 import watch_pb2

_METHODS: dict[type[Message], tuple[str, Any]] = {
    connect_pb.ResolveFlowRequest: ("ConnectService/ResolveFlow", connect_pb.ResolveFlowResponse),
    connect_pb.RouteContactRequest: ("ConnectService/RouteContact", connect_pb.RouteContactResponse),
    config_pb.EvaluateRequest: ("ConfigService/Evaluate", config_pb.EvaluateResponse),
    config_pb.EvaluateBatchRequest: ("ConfigService/EvaluateBatch", config_pb.EvaluateBatchResponse),
    config_pb.GetRequest: ("ConfigService/Get", config_pb.GetResponse),
}


class Calls:
    """The server, as a bridge uses it. For any number of threads."""

    def __init__(self, settings: Settings, line: Line | None = None) -> None:
        self._settings = settings
        self._line = line or Line(lambda: open_channel(settings))
        self._metadata = (("authorization", f"Bearer {settings.key}"),) if settings.key else ()

    def ask(self, request: Message, budget: Budget) -> Any | Failure:
        """The answer to a request, whose type says which method is called."""

        def start(number: int, timeout: float) -> Any:
            if number and not self._line.hopeful:
                timeout = min(timeout, self._settings.hedge_after)
            # The second waits until the server, or another of its name, can be reached.
            channel = self._line.second() if number else self._line.first()
            return self._call(channel, request, timeout, patient=number > 0)

        found = answer(start, budget, longest=self._settings.attempt, hedge_after=self._settings.hedge_after)
        if isinstance(found, Failure) and found.unwell:
            self._line.failed(silent=found.name == grpc.StatusCode.DEADLINE_EXCEEDED.name)
        else:
            self._line.heard()
        return found

    def begin(self, request: Message) -> None:
        """Makes a call whose answer nobody waits for: it has the connection made."""
        self._call(self._line.channel, request, self._settings.attempt, patient=True)

    def watch(self, request: watch_pb2.WatchRequest, timeout: float) -> Iterator[watch_pb2.WatchResponse]:
        """The messages of a stream; it ends when its reader closes it. Raises grpc.RpcError."""
        call: Any = self._line.first().unary_stream(
            "/vexil.v1.ConfigService/Watch",
            request_serializer=watch_pb2.WatchRequest.SerializeToString,
            response_deserializer=watch_pb2.WatchResponse.FromString,
        )
        stream = call(request, timeout, self._metadata)
        try:
            yield from stream
        finally:
            stream.cancel()

    def _call(self, channel: grpc.Channel, request: Message, timeout: float, *, patient: bool) -> Any:
        method, response = _METHODS[type(request)]
        call: Any = channel.unary_unary(
            f"/vexil.v1.{method}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=response.FromString,
        )
        return call.future(request, timeout, self._metadata, wait_for_ready=patient)

    def close(self) -> None:
        """Closes the channel."""
        self._line.close()

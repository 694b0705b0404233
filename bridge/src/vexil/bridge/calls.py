"""Calls to the server."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.message import Message

from vexil.bridge.attempts import answer
from vexil.bridge.budget import Budget
from vexil.bridge.failure import Failure
from vexil.bridge.line import Line, open_channel
from vexil.bridge.logs import Event, log
from vexil.bridge.settings import Settings
from vexil.core.errors import VexilError
from vexil.v1 import config_service_pb2 as config_pb
from vexil.v1 import connect_service_pb2 as connect_pb
from vexil.v1 import watch_pb2

if TYPE_CHECKING:
    from vexil.bridge.credential import Credential

_Metadata = tuple[tuple[str, str], ...]

_METHODS: dict[type[Message], tuple[str, Any]] = {
    connect_pb.ResolveFlowRequest: ("ConnectService/ResolveFlow", connect_pb.ResolveFlowResponse),
    connect_pb.RouteContactRequest: ("ConnectService/RouteContact", connect_pb.RouteContactResponse),
    config_pb.EvaluateRequest: ("ConfigService/Evaluate", config_pb.EvaluateResponse),
    config_pb.EvaluateBatchRequest: ("ConfigService/EvaluateBatch", config_pb.EvaluateBatchResponse),
    config_pb.GetRequest: ("ConfigService/Get", config_pb.GetResponse),
}
_BEGINNING = 5.0
"""Seconds that the key may take before the first event, when boto3 has to be imported for it."""

_REFUSED = grpc.StatusCode.UNAUTHENTICATED.name


class Calls:
    """The server, as a bridge uses it. For any number of threads."""

    def __init__(self, settings: Settings, line: Line | None = None, key: "Credential | None" = None) -> None:
        self._settings = settings
        self._line = line or Line(lambda: open_channel(settings))
        self._key = key or _kept_key(settings)

    def ask(self, request: Message, budget: Budget) -> Any | Failure:
        """The answer to a request, whose type says which method is called."""
        try:
            metadata = self._metadata(min(self._settings.attempt, budget.left))
        except VexilError as error:
            log(Event.KEY_UNAVAILABLE, problem=error.message)
            return Failure(_REFUSED, "the function's key can't be had", unwell=True)

        def start(number: int, timeout: float) -> Any:
            if number and not self._line.hopeful:
                timeout = min(timeout, self._settings.hedge_after)
            # The second waits until the server, or another of its name, can be reached.
            channel = self._line.second() if number else self._line.first()
            return self._call(channel, request, timeout, metadata, patient=number > 0)

        found = answer(start, budget, longest=self._settings.attempt, hedge_after=self._settings.hedge_after)
        if isinstance(found, Failure) and found.unwell:
            self._line.failed(silent=found.name == grpc.StatusCode.DEADLINE_EXCEEDED.name)
        else:
            self._line.heard()
        if self._key is not None and isinstance(found, Failure) and found.name == _REFUSED:
            self._key.refused()
        return found

    def begin(self, request: Message) -> None:
        """Makes a call whose answer nobody waits for: it has the connection made, and the key fetched."""
        try:
            metadata = self._metadata(_BEGINNING)
        except VexilError as error:
            log(Event.KEY_UNAVAILABLE, problem=error.message)
            return
        self._call(self._line.channel, request, self._settings.attempt, metadata, patient=True)

    def watch(self, request: watch_pb2.WatchRequest, timeout: float) -> Iterator[watch_pb2.WatchResponse]:
        """The messages of a stream; it ends when its reader closes it. Raises grpc.RpcError.

        Without a key there are none.
        """
        try:
            metadata = self._metadata(timeout)
        except VexilError as error:
            log(Event.KEY_UNAVAILABLE, problem=error.message)
            return
        call: Any = self._line.first().unary_stream(
            "/vexil.v1.ConfigService/Watch",
            request_serializer=watch_pb2.WatchRequest.SerializeToString,
            response_deserializer=watch_pb2.WatchResponse.FromString,
        )
        stream = call(request, timeout, metadata)
        try:
            yield from stream
        finally:
            stream.cancel()

    def _metadata(self, seconds: float) -> _Metadata:
        """What is sent with a call, after so many seconds at most. Raises VexilError."""
        key = self._settings.key if self._key is None else self._key.within(seconds)
        return (("authorization", f"Bearer {key}"),) if key else ()

    def _call(
        self, channel: grpc.Channel, request: Message, timeout: float, metadata: _Metadata, *, patient: bool
    ) -> Any:
        method, response = _METHODS[type(request)]
        call: Any = channel.unary_unary(
            f"/vexil.v1.{method}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=response.FromString,
        )
        return call.future(request, timeout, metadata, wait_for_ready=patient)

    def close(self) -> None:
        """Closes the channel."""
        self._line.close()
        if self._key is not None:
            self._key.close()


def _kept_key(settings: Settings) -> "Credential | None":
    if not settings.key_from:
        return None
    # Only functions that have their key fetched need it.
    from vexil.bridge.credential import Credential  # noqa: PLC0415

    return Credential(settings.key_from)

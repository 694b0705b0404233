"""`grpc.health.v1.Health`: whether the server, and each of its services, answers calls.

The stock servicer's Watch streams never end by themselves, so that one of them would hold up every shutdown
for the whole of its grace.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import cast

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2 import HealthCheckResponse

from vexil.core.errors import NotFound
from vexil.server.call import CallContext

HEALTH_SERVICE = cast(ServiceDescriptor, health_pb2.DESCRIPTOR.services_by_name["Health"])

WHOLE_SERVER = ""


class Health:
    """The state of the whole server and of each of its services; NOT_SERVING until `set` says otherwise."""

    def __init__(self, services: Iterable[str]) -> None:
        names = [WHOLE_SERVER, *services]
        self._statuses: dict[str, int] = dict.fromkeys(names, HealthCheckResponse.NOT_SERVING)
        self._changed = asyncio.Event()
        self._ended = False

    def set(self, serving: bool) -> None:
        """Says whether the server can answer."""
        status = HealthCheckResponse.SERVING if serving else HealthCheckResponse.NOT_SERVING
        self._statuses = dict.fromkeys(self._statuses, status)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def end(self) -> None:
        """Says that the server no longer answers, and ends every Watch stream after having said so."""
        self._ended = True
        self.set(False)

    def check(self, request: health_pb2.HealthCheckRequest, _call: CallContext) -> HealthCheckResponse:
        """The state of a service. Raises NotFound for one that is not here."""
        status = self._statuses.get(request.service)
        if status is None:
            raise NotFound(f"there is no service {request.service!r}")
        return HealthCheckResponse(status=status)

    def list(self, _request: Message, _call: CallContext) -> Message:
        """The states of all."""
        statuses = {name: HealthCheckResponse(status=status) for name, status in self._statuses.items()}
        # Newer than the package's stubs.
        response: Message = health_pb2.HealthListResponse(statuses=statuses)  # type: ignore[attr-defined]
        return response

    async def watch(
        self, request: health_pb2.HealthCheckRequest, _call: CallContext
    ) -> AsyncIterator[HealthCheckResponse]:
        """The state of a service, now and whenever it changes."""
        told: int | None = None
        while True:
            changed = self._changed
            status = self._statuses.get(request.service, HealthCheckResponse.SERVICE_UNKNOWN)
            if status != told:
                yield HealthCheckResponse(status=status)
                told = status
            if self._ended:
                return
            await changed.wait()

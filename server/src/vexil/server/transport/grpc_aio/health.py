"""`grpc.health.v1.Health`, with streams that end when the server drains.

The stock servicer's Watch streams never end by themselves, so that one of them would hold up every shutdown
for the whole of its grace.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health_pb2 import HealthCheckResponse

WHOLE_SERVER = ""


class Health(health_pb2_grpc.HealthServicer):
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

    async def Check(  # noqa: N802 - the contract's name
        self, request: health_pb2.HealthCheckRequest, context: Any
    ) -> HealthCheckResponse:
        """The state of a service; NOT_FOUND for one that is not here."""
        status = self._statuses.get(request.service)
        if status is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"there is no service {request.service!r}")
        return HealthCheckResponse(status=status)

    async def Watch(  # noqa: N802 - the contract's name
        self, request: health_pb2.HealthCheckRequest, context: Any
    ) -> None:
        """The state of a service, now and whenever it changes."""
        told: int | None = None
        while True:
            changed = self._changed
            status = self._statuses.get(request.service, HealthCheckResponse.SERVICE_UNKNOWN)
            if status != told:
                await context.write(HealthCheckResponse(status=status))
                told = status
            if self._ended:
                return
            await changed.wait()

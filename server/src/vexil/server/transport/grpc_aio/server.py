"""A gRPC server around the table of methods: options, ports, health, and a graceful end."""

from collections.abc import Callable, Sequence
from typing import Any

import grpc.aio
from grpc_channelz.v1 import channelz

from vexil.server.services import Method
from vexil.server.transport.certificates import Certificates
from vexil.server.transport.grpc_aio.methods import MethodHandlers, UnknownMethods
from vexil.server.transport.grpc_aio.tls import server_credentials
from vexil.server.transport.listener import Listener, cannot_listen
from vexil.server.transport.standard import Offer

_CHANNELZ = "grpc.channelz.v1.Channelz"


class GrpcServer:
    """One listening server. Health says NOT_SERVING between `start` and `serve`, and from `stop` on.

    Raises InvalidRequest for TLS files that can't be used.
    """

    def __init__(self, listener: Listener, methods: Sequence[Method]) -> None:
        self._listener = listener
        offer = Offer(listener, methods, *([_CHANNELZ] if listener.channelz else []))
        self._health = offer.health
        self._server = grpc.aio.server(options=server_options(listener))
        if listener.channelz:
            channelz.add_channelz_servicer(self._server)
        unknown = UnknownMethods(listener.authentication)
        self._handlers = MethodHandlers(offer.methods, listener.authentication)
        self._server.add_generic_rpc_handlers([self._handlers.generic(), unknown])
        self._health_handlers = MethodHandlers(offer.health_methods, listener.authentication)
        self._health_server = grpc.aio.server(options=server_options(listener))
        self._health_server.add_generic_rpc_handlers([self._health_handlers.generic(), unknown])
        self._certificates = None if listener.tls is None else Certificates(listener.tls)
        self.port = 0
        self.health_port: int | None = None

    async def start(self) -> None:
        """Listens. Raises FailedPrecondition for an address that can't be had."""
        address = self._listener.address
        if self._certificates is None:
            self.port = _bound("listen", address, self._server.add_insecure_port)
        else:
            credentials = server_credentials(self._certificates)
            self.port = _bound(
                "listen", address, lambda address: self._server.add_secure_port(address, credentials)
            )
        await self._server.start()
        if self._listener.health_address is not None:
            self.health_port = _bound(
                "health_listen", self._listener.health_address, self._health_server.add_insecure_port
            )
            await self._health_server.start()

    def serve(self) -> None:
        """Says by health that calls are answered."""
        self._health.set(serving=True)

    async def stop(self, end_streams: Callable[[], None], grace: float) -> None:
        """Ends: health first, then streams, which `end_streams` asks to end, then calls under way.

        What is not finished after `grace` seconds is cancelled. Returns when every handler has cleaned up.
        """
        self._health.end()
        end_streams()
        await self._server.stop(grace)
        await self._handlers.finished()
        await self._health_server.stop(grace)
        await self._health_handlers.finished()


def server_options(listener: Listener) -> Sequence[tuple[str, Any]]:
    """What `grpc.aio.server` takes as `options`, for that listener."""
    return [
        ("grpc.so_reuseport", int(listener.reuse_port)),
        ("grpc.max_receive_message_length", listener.max_message_bytes),
        ("grpc.max_send_message_length", -1),
        ("grpc.max_concurrent_streams", listener.max_streams_per_connection),
        ("grpc.server_handshake_timeout_ms", int(listener.handshake_timeout * 1000)),
        # A watcher may be idle for hours. Both sides may ping meanwhile, the client as often as each second;
        # the default policy would end such a connection with `too_many_pings`.
        ("grpc.keepalive_time_ms", int(listener.keepalive_interval * 1000)),
        ("grpc.keepalive_timeout_ms", int(listener.keepalive_timeout * 1000)),
        # What the pings of keep-alive wait for too; a minute by default, whatever keep-alive says.
        ("grpc.http2.ping_timeout_ms", int(listener.keepalive_timeout * 1000)),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.http2.min_ping_interval_without_data_ms", 900),
        # Calls wait here while the one event loop is busy; a fleet that comes back at once is many.
        ("grpc.server.max_pending_requests", 100_000),
        ("grpc.server.max_pending_requests_hard_limit", 200_000),
        ("grpc.enable_channelz", int(listener.channelz)),
    ]


def _bound(setting: str, address: str, bind: Callable[[str], int]) -> int:
    try:
        port = bind(address)
    except RuntimeError as error:
        raise cannot_listen(setting, address) from error
    if port == 0:
        raise cannot_listen(setting, address)
    return port

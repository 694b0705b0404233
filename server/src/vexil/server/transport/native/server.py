"""A gRPC server around the table of methods, whose connections are served by compiled code."""

import asyncio
import sys
import threading
from collections.abc import Callable, Sequence

import vexil_native
from vexil_native import Call

from vexil.core.errors import InvalidRequest, Unimplemented, Violation
from vexil.server.services import Method
from vexil.server.transport.certificates import Certificates, Pems
from vexil.server.transport.listener import Listener, cannot_listen
from vexil.server.transport.native.call import NativeCall
from vexil.server.transport.native.failures import Failure, failure
from vexil.server.transport.native.handlers import NativeHandlers
from vexil.server.transport.standard import Offer

_MAX_HEADER_BYTES = 16 * 1024

_SWITCH_INTERVAL = 0.0005
"""Seconds that a thread may go on while the transport's waits for the interpreter; Python's default is ten
times that, which is as long as fifty calls take."""


class NativeServer:
    """One listening server. Health says NOT_SERVING between `start` and `serve`, and from `stop` on.

    Raises InvalidRequest for TLS files that can't be used.
    """

    def __init__(self, listener: Listener, methods: Sequence[Method]) -> None:
        self._listener = listener
        offer = Offer(listener, methods)
        self._health = offer.health
        self._handlers = NativeHandlers(offer.methods, listener.authentication)
        self._health_handlers = NativeHandlers(offer.health_methods, listener.authentication)
        self._certificates = None if listener.tls is None else Certificates(listener.tls)
        self._running: list[_Running] = []
        self.port = 0
        self.health_port: int | None = None

    async def start(self) -> None:
        """Listens. Raises FailedPrecondition for an address that can't be had."""
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_INTERVAL))
        listener = self._listener
        self.port = self._run("listen", listener.address, self._handlers, self._renewed())
        if listener.health_address is not None:
            self.health_port = self._run(
                "health_listen", listener.health_address, self._health_handlers, None
            )

    def serve(self) -> None:
        """Says by health that calls are answered."""
        self._health.set(serving=True)

    async def stop(self, end_streams: Callable[[], None], grace: float) -> None:
        """Ends: health first, then streams, which `end_streams` asks to end, then calls under way.

        What is not finished after `grace` seconds is cancelled. Returns when every handler has cleaned up.
        """
        self._health.end()
        end_streams()
        for running in self._running:
            await running.stop(grace)
        await self._handlers.finished()
        await self._health_handlers.finished()

    def _renewed(self) -> Callable[[], Pems | None] | None:
        if self._certificates is None:
            return None
        certificates, asked = self._certificates, False

        def renewed() -> Pems | None:
            nonlocal asked
            first, asked = not asked, True
            return certificates.initial if first else certificates.changed()

        return renewed

    def _run(
        self,
        setting: str,
        address: str,
        handlers: NativeHandlers,
        certificates: Callable[[], Pems | None] | None,
    ) -> int:
        try:
            server = vexil_native.Server(
                address,
                handlers.entries(asyncio.get_running_loop()),
                self._unknown,
                certificates=certificates,
                reuse_port=self._listener.reuse_port,
                max_message_bytes=self._listener.max_message_bytes,
                max_streams_per_connection=self._listener.max_streams_per_connection,
                max_connections=self._listener.max_connections,
                max_header_bytes=_MAX_HEADER_BYTES,
                handshake_timeout=self._listener.handshake_timeout,
                keepalive_interval=self._listener.keepalive_interval,
                keepalive_timeout=self._listener.keepalive_timeout,
            )
        except OSError as error:
            raise cannot_listen(setting, address) from error
        except ValueError as error:
            raise InvalidRequest.of([Violation("cert_file", f"can't be used: {error}")]) from None
        self._running.append(_Running(server))
        return server.port

    def _unknown(self, path: str, native: Call) -> Failure:
        call = NativeCall(native, self._listener.authentication)
        return failure(Unimplemented(f"this server has no method {path}"), call, path)


class _Running:
    """A server in its own thread."""

    def __init__(self, server: vexil_native.Server) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.run, name="vexil-native", daemon=True)
        self._thread.start()

    async def stop(self, grace: float) -> None:
        """Ends it; what is under way has `grace` seconds."""
        self._server.stop(grace)
        await asyncio.to_thread(self._thread.join)

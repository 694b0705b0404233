"""Which transport serves."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.live import OpenHistory
from vexil.server.services import Method
from vexil.server.settings import TransportName
from vexil.server.transport.grpc_aio import GrpcServer
from vexil.server.transport.listener import Listener
from vexil.server.transport.port import Transport


def transport_named(name: TransportName, listener: Listener) -> Literal["native", "grpc"]:
    """What the name stands for here. Raises InvalidRequest where `native` can't be had."""
    if name == "grpc":
        return "grpc"
    obstacle = _obstacle(listener)
    if obstacle is None:
        return "native"
    if name == "native":
        raise InvalidRequest.of([Violation("transport", f"native can't be had: {obstacle}")])
    return "grpc"


def open_transport(name: TransportName, listener: Listener, methods: Sequence[Method]) -> Transport:
    """The transport of that name, not listening yet. Raises InvalidRequest also for unusable TLS files."""
    if transport_named(name, listener) == "grpc":
        return GrpcServer(listener, methods)
    # Imported only here: it is not installed everywhere.
    from vexil.server.transport.native import NativeServer  # noqa: PLC0415

    return NativeServer(listener, methods)


def histories_of(
    name: TransportName, listener: Listener, max_events: int, max_bytes: int
) -> OpenHistory | None:
    """Makes the histories that the transport of that name delivers from; None: it does not.

    Each keeps at most so many events, and bytes of them together.
    """
    if transport_named(name, listener) == "grpc":
        return None
    from vexil.server.transport.native import live_histories  # noqa: PLC0415

    return live_histories(max_events, max_bytes)


def _obstacle(listener: Listener) -> str | None:
    """Why the compiled transport can't serve this listener; None: it can."""
    if find_spec("vexil_native") is None:
        return "it is not installed; `make native` builds it where Rust is at hand"
    if listener.address.startswith("unix:"):
        return "it does not listen on Unix sockets"
    if listener.channelz:
        return "it has no channelz"
    return None

"""The compiled transport: HTTP/2 and framing in Rust, handlers in Python."""

from vexil.server.transport.native.live import live_histories
from vexil.server.transport.native.server import NativeServer

__all__ = ["NativeServer", "live_histories"]

"""The reference transport, on grpc.aio."""

from vexil.server.transport.grpc_aio.server import GrpcServer, Listener
from vexil.server.transport.grpc_aio.tls import TlsFiles

__all__ = ["GrpcServer", "Listener", "TlsFiles"]

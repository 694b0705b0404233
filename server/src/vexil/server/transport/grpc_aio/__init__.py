"""The reference transport, on grpc.aio."""

from vexil.server.transport.grpc_aio.server import GrpcServer

__all__ = ["GrpcServer"]

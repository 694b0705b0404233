"""Errors, as the compiled transport sends them."""

from vexil.core.errors import Unavailable
from vexil.server.transport.failures import status_of
from vexil.server.transport.native.call import NativeCall

Failure = tuple[int, str, bytes, str]
"""A gRPC code, a message, an encoded `google.rpc.Status`, and the call's request id."""

STOPPING = Unavailable("the server is stopping")


def failure(error: BaseException, call: NativeCall, path: str) -> Failure:
    """The error as the compiled code sends it."""
    status = status_of(error, call, path)
    return status.code, status.message, status.SerializeToString(), call.request_id

"""How a call failed."""

from dataclasses import dataclass
from typing import Any

import grpc

_DETAILS = "grpc-status-details-bin"

_DECISIONS = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.OUT_OF_RANGE,
    }
)
"""The server is well, and has said no; asking a cache instead would overrule it. Any other code says that the
server, or the way to it, is unwell: also UNAUTHENTICATED, since a key that has expired shall not close a
contact centre, and RESOURCE_EXHAUSTED, UNIMPLEMENTED, DATA_LOSS, UNKNOWN."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`name` is the reason that the server gave, else the code. `message` may quote what a flow has sent."""

    name: str
    message: str
    unwell: bool


def failure_of(call: Any) -> Failure:
    """How a finished call failed."""
    code: grpc.StatusCode = call.code()
    unwell = code not in _DECISIONS
    for key, value in call.trailing_metadata() or ():
        if key == _DETAILS:
            name, message = _said(value)
            return Failure(name or code.name, message, unwell)
    # What gRPC itself says names hosts and files: nothing for a flow.
    return Failure(code.name, "the call to the server failed", unwell)


def _said(status: bytes) -> tuple[str, str]:
    """Reason and message of a status with details; empty where something between has made it up."""
    # Only failures need it.
    from google.protobuf.message import DecodeError  # noqa: PLC0415
    from google.rpc.status_pb2 import Status  # noqa: PLC0415

    from vexil.convert.errors import error_from_status  # noqa: PLC0415

    try:
        error = error_from_status(Status.FromString(status))
    except DecodeError:
        return "", ""
    return error.reason.value, error.message

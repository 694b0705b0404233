"""Failed calls as `VexilError`."""

import re
from contextlib import suppress

import grpc
from google.protobuf.message import DecodeError
from google.rpc.status_pb2 import Status

from vexil.convert.errors import error_from_status
from vexil.core.errors import DeadlineExceeded, Internal, Unavailable, VexilError

_DETAILS_KEY = "grpc-status-details-bin"
_SYSTEM_ERROR_NUMBER = re.compile(r" \(\d+\)$")


def to_vexil_error(error: grpc.RpcError, target: str = "") -> VexilError:
    """The error that a failed call stands for, of the class of its code.

    Takes errors of both channel types. `target` is named where no server answered. Statuses that gRPC itself
    made, which carry no details, get the class's own reason; CANCELLED becomes Unavailable, UNKNOWN Internal.
    """
    if not isinstance(error, grpc.Call | grpc.aio.AioRpcError):
        return Internal("the call failed before it was made")
    code: grpc.StatusCode = error.code()
    details = error.details() or ""
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS_KEY and isinstance(value, bytes):
            # Something between may have put anything there.
            with suppress(DecodeError):
                return error_from_status(Status.FromString(value))
    where = target or "the server"
    match code:
        case grpc.StatusCode.UNAVAILABLE:
            return Unavailable(
                f"cannot reach {where}: {_cause(details)}; is it running, and is the address right?",
                metadata={"target": target} if target else None,
            )
        case grpc.StatusCode.DEADLINE_EXCEEDED:
            return DeadlineExceeded(f"{where} did not answer in time")
        case grpc.StatusCode.CANCELLED:
            return Unavailable(f"the call to {where} was cancelled")
        case grpc.StatusCode.UNKNOWN:
            return Internal(f"{where} failed without saying why")
        case _:
            return error_from_status(Status(code=code.value[0], message=details))


def _cause(details: str) -> str:
    """What the system said, where gRPC wraps it: `… last error: …: Connection refused (111)`."""
    if "last error: " in details:
        details = details.rsplit(": ", 1)[-1]
    return _SYSTEM_ERROR_NUMBER.sub("", details) or "no answer"

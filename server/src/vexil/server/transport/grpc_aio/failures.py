"""The one place where errors become statuses on the wire."""

from typing import Any, NoReturn

import grpc
import structlog

from vexil.convert.errors import error_to_status
from vexil.core.errors import Code, Internal, VexilError
from vexil.server.transport.grpc_aio.call import REQUEST_ID, GrpcCall

_DETAILS_KEY = "grpc-status-details-bin"
_CODES = {code: grpc.StatusCode[code.name] for code in Code}
_log = structlog.get_logger(__name__)


async def abort(context: Any, error: Exception, call: GrpcCall, path: str) -> NoReturn:
    """Ends the call with the error's status.

    What is no VexilError is a defect: it is logged with its trace, and the client learns only the request id
    that finds it there.
    """
    if not isinstance(error, VexilError):
        _log.error("call_failed", method=path, request_id=call.request_id, peer=call.peer, exc_info=error)
        error = Internal(
            f"the server failed; its log has more under the request id {call.request_id}",
            metadata={"request_id": call.request_id},
        )
    status = error_to_status(error)
    metadata = ((REQUEST_ID, call.request_id), (_DETAILS_KEY, status.SerializeToString()))
    await context.abort(_CODES[error.code], status.message, metadata)
    raise AssertionError("abort always raises")

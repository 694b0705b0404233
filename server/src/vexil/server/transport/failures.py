"""The one place where errors become statuses on the wire."""

import structlog
from google.rpc.status_pb2 import Status

from vexil.convert.errors import error_to_status
from vexil.core.errors import Internal, VexilError
from vexil.server.call import CallContext

_log = structlog.get_logger(__name__)


def status_of(error: BaseException, call: CallContext, path: str) -> Status:
    """The error's status.

    What is no VexilError is a defect: it is logged with its trace, and the client learns only the request id
    that finds it there.
    """
    if not isinstance(error, VexilError):
        _log.error("call_failed", method=path, request_id=call.request_id, peer=call.peer, exc_info=error)
        error = Internal(
            f"the server failed; its log has more under the request id {call.request_id}",
            metadata={"request_id": call.request_id},
        )
    return error_to_status(error)

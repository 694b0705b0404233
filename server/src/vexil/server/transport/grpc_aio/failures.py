"""Errors as grpc.aio sends them."""

from typing import Any, NoReturn

import grpc

from vexil.core.errors import Code
from vexil.server.transport.failures import status_of
from vexil.server.transport.grpc_aio.call import GrpcCall
from vexil.server.transport.headers import REQUEST_ID

_DETAILS_KEY = "grpc-status-details-bin"
_CODES = {code.value: grpc.StatusCode[code.name] for code in Code}


async def abort(context: Any, error: Exception, call: GrpcCall, path: str) -> NoReturn:
    """Ends the call with the error's status."""
    status = status_of(error, call, path)
    metadata = ((REQUEST_ID, call.request_id), (_DETAILS_KEY, status.SerializeToString()))
    await context.abort(_CODES[status.code], status.message, metadata)
    raise AssertionError("abort always raises")

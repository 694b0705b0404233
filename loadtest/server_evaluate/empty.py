"""A server around a handler that does nothing: `python -m loadtest.server_evaluate.empty`.

It decodes each request and encodes an empty response, on the same event loop, with the same options and the
same kind of handlers as Vexil's own transport.
"""

import json
import sys
from typing import Any

import grpc
import grpc.aio
import uvloop

from vexil.server.transport.grpc_aio.server import server_options
from vexil.server.transport.listener import Listener
from vexil.v1 import config_service_pb2 as pb


async def evaluate(_request: pb.EvaluateRequest, _context: Any) -> pb.EvaluateResponse:
    """Answers, and that is all."""
    return pb.EvaluateResponse()


async def serve() -> None:
    """Serves until the process is told to stop."""
    listener = Listener(address="127.0.0.1:0")
    server = grpc.aio.server(options=server_options(listener))
    handler = grpc.unary_unary_rpc_method_handler(
        evaluate, pb.EvaluateRequest.FromString, pb.EvaluateResponse.SerializeToString
    )
    service = grpc.method_handlers_generic_handler("vexil.v1.ConfigService", {"Evaluate": handler})
    server.add_generic_rpc_handlers([service])
    port = server.add_insecure_port(listener.address)
    await server.start()
    print(json.dumps({"event": "serving", "address": f"127.0.0.1:{port}"}), file=sys.stderr, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(serve())

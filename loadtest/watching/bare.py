"""A bare grpc.aio server that streams what it is given: `python -m loadtest.watching.bare`.

The same event loop and options as Vexil's own transport, and nothing else: each stream's own task writes
prepared bytes. loadtest/client/serve.go is the same in Go. `/loadtest.Bare/Watch` answers with its own
request, then with all that is published; `Publish` sends its request to all; `Check` is an empty call.
"""

import asyncio
import json
import sys
from typing import Any

import grpc
import grpc.aio
import uvloop

from vexil.server.transport.grpc_aio.server import server_options
from vexil.server.transport.listener import Listener


class Board:
    """All that was published, and the streams that wait for more."""

    def __init__(self) -> None:
        self._messages: list[bytes] = []
        self._waiting: set[asyncio.Future[None]] = set()

    async def watch(self, first: bytes, context: Any) -> None:
        """Writes the first message, then every one that comes."""
        position = len(self._messages)
        await context.write(first)
        while True:
            while position < len(self._messages):
                await context.write(self._messages[position])
                position += 1
            await self._more()

    async def publish(self, message: bytes, _context: Any) -> bytes:
        """Wakes every stream."""
        self._messages.append(message)
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()
        return b""

    async def check(self, _request: bytes, _context: Any) -> bytes:
        """Answers, and that is all."""
        return b""

    async def _more(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)


async def serve() -> None:
    """Serves until the process is told to stop."""
    listener = Listener(address="127.0.0.1:0")
    server = grpc.aio.server(options=server_options(listener))
    board = Board()
    handlers: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {
        "Watch": grpc.unary_stream_rpc_method_handler(board.watch),
        "Publish": grpc.unary_unary_rpc_method_handler(board.publish),
        "Check": grpc.unary_unary_rpc_method_handler(board.check),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("loadtest.Bare", handlers)])
    port = server.add_insecure_port(listener.address)
    await server.start()
    print(json.dumps({"event": "serving", "address": f"127.0.0.1:{port}"}), file=sys.stderr, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(serve())

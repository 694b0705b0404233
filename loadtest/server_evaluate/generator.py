"""Calls a server for a while: `python -m loadtest.server_evaluate.generator TARGET PID METHOD SECONDS TOKEN`.

TOKEN is the `authorization` header, or empty. The request's bytes come on standard input. Prints a JSON
object: how many calls were `answered` and `failed` in how many `seconds`, the processor seconds that the
`server` (that PID) took for them, and those that the `generator` itself took.
"""

import json
import selectors
import sys
import time
from collections.abc import Sequence

from loadtest.processes import cpu_seconds
from loadtest.server_evaluate.http2 import Connection

CONNECTIONS = 4
IN_FLIGHT = 16
WARM_UP = 0.2


def main() -> None:
    """Warms up, then counts."""
    target, server, method, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    authorization, request = sys.argv[5], sys.stdin.buffer.read()
    connections = [Connection(target, method, request, IN_FLIGHT, authorization) for _ in range(CONNECTIONS)]
    _go_on(connections, min(WARM_UP, seconds))
    for connection in connections:
        connection.answered = connection.failed = 0
    before = time.monotonic(), cpu_seconds(server), time.process_time()
    _go_on(connections, seconds)
    after = time.monotonic(), cpu_seconds(server), time.process_time()
    outcome = {
        "answered": sum(connection.answered for connection in connections),
        "failed": sum(connection.failed for connection in connections),
        **{name: b - a for name, a, b in zip(("seconds", "server", "generator"), before, after, strict=True)},
    }
    for connection in connections:
        connection.close()
    print(json.dumps(outcome))


def _go_on(connections: Sequence[Connection], seconds: float) -> None:
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        while (left := until - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                key.data.proceed()


if __name__ == "__main__":
    main()

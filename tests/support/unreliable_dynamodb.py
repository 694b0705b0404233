"""A server in front of a DynamoDB engine that sometimes does not do what it should, by dice."""

import http.client
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Fault(StrEnum):
    """What can happen to a call."""

    THROTTLED = "refused: too many calls; nothing was done"
    FAILED = "refused: internal error; nothing was done"
    LOST = "the connection ends before the call is made"
    UNANSWERED = "done, but the connection ends before the answer"


_BODIES = {
    Fault.THROTTLED: (400, b'{"__type": "x#ProvisionedThroughputExceededException", "message": "slow"}'),
    Fault.FAILED: (500, b'{"__type": "x#InternalServerError", "message": "oops"}'),
}


class UnreliableDynamoDB:
    """Passes calls on to the engine, except for a share of them, of which each has one of the faults."""

    def __init__(self, engine: str, seed: int) -> None:
        parts = urlsplit(engine)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)
        self.endpoint = ""
        self.share = 0.0
        self.faults = tuple(Fault)
        self.happened: Counter[Fault] = Counter()
        self._dice = random.Random(seed)
        self._lock = threading.Lock()

    def choose(self) -> Fault | None:
        """What happens to the next call; None: nothing bad."""
        with self._lock:
            if self._dice.random() >= self.share:
                return None
            fault = self._dice.choice(self.faults)
            self.happened[fault] += 1
            return fault


@contextmanager
def unreliable_dynamodb(engine: str, seed: int = 1) -> Iterator[UnreliableDynamoDB]:
    """The server on a free port, before the engine at that URL; reliable until its `share` is set."""
    made = UnreliableDynamoDB(engine, seed)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = made.choose()
            if fault in _BODIES:
                self._answer(*_BODIES[fault])
                return
            if fault is not Fault.LOST:
                status, content = self._pass_on(body)
                if fault is None:
                    self._answer(status, content)
                    return
            self.close_connection = True

        def _pass_on(self, body: bytes) -> tuple[int, bytes]:
            engine = http.client.HTTPConnection(made.host, made.port)
            try:
                engine.request("POST", "/", body, dict(self.headers))
                answer = engine.getresponse()
                return answer.status, answer.read()
            finally:
                engine.close()

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

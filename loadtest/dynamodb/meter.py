"""A stand-in for DynamoDB's endpoint that passes everything on, and counts what it costs."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from loadtest.dynamodb.units import READS, WRITES, units_of

_PASSED_ON = ("x-amzn-requestid", "x-amz-crc32", "content-type")
_BOARD = "-board"


@dataclass(slots=True)
class Reading:
    """What was counted: units by kind (`read`, `write`) and table (`store`, `board`); ms by operation."""

    units: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def calls(self) -> int:
        """How many calls there were."""
        return sum(map(len, self.times.values()))


class Meter:
    """Counts the calls to a DynamoDB. `endpoint` is where it stands in for it."""

    def __init__(self, behind: str) -> None:
        self._behind = urlsplit(behind)
        self._reading = Reading()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def take(self) -> Reading:
        """What was counted since the last time."""
        with self._lock:
            taken, self._reading = self._reading, Reading()
        return taken

    def serve(self) -> None:
        """Passes calls on until `close`."""
        self._server.serve_forever()

    def close(self) -> None:
        """Ends `serve`."""
        self._server.shutdown()
        self._server.server_close()

    def _count(self, operation: str, request: bytes, answer: bytes, took: float) -> None:
        found = list(units_of(operation, json.loads(request), json.loads(answer)))
        kind = "read" if operation in READS else "write"
        with self._lock:
            self._reading.times[operation].append(took)
            for table, units in found:
                self._reading.units[kind, "board" if table.endswith(_BOARD) else "store"] += units

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        behind, count = self._behind, self._count

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in one piece: two would wait for each other's acknowledgement.
            wbufsize = -1

            def setup(self) -> None:
                super().setup()
                self.upstream = HTTPConnection(behind.hostname or "", behind.port)

            def finish(self) -> None:
                self.upstream.close()
                super().finish()

            def ask(self, body: bytes, headers: dict[str, str]) -> HTTPResponse:
                try:
                    self.upstream.request("POST", self.path, body, headers)
                    return self.upstream.getresponse()
                except RemoteDisconnected:
                    # The engine has closed a connection that was idle for long; the next one is opened anew.
                    self.upstream.close()
                    self.upstream.request("POST", self.path, body, headers)
                    return self.upstream.getresponse()

            def do_POST(self) -> None:
                operation = self.headers["X-Amz-Target"].rpartition(".")[2]
                body = self.rfile.read(int(self.headers["Content-Length"]))
                counted = operation in READS | WRITES
                if counted:
                    body = json.dumps({**json.loads(body), "ReturnConsumedCapacity": "TOTAL"}).encode()
                headers = {name: value for name, value in self.headers.items() if name != "Content-Length"}
                begin = time.perf_counter()
                # The local engine does not verify signatures: a changed body is as good as the old one.
                response = self.ask(body, headers)
                answer = response.read()
                took = (time.perf_counter() - begin) * 1e3
                if counted and response.status == 200:
                    count(operation, body, answer, took)
                self.send_response(response.status)
                for name in _PASSED_ON:
                    if (value := response.getheader(name)) is not None:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler


@contextmanager
def metered(endpoint: str) -> Iterator[Meter]:
    """A meter before an endpoint, until the end of the block."""
    meter = Meter(endpoint)
    thread = threading.Thread(target=meter.serve, daemon=True)
    thread.start()
    try:
        yield meter
    finally:
        meter.close()
        thread.join()

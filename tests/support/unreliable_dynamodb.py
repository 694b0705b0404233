"""A server in front of a DynamoDB engine that does not do what it should: by dice, or when a test says."""

import http.client
import json
import random
import threading
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.support.scripted_dynamodb import Answer, refused


class Fault(StrEnum):
    """What can happen to a call. Silence lasts until `heal`, whoever has given up meanwhile."""

    THROTTLED = "refused: too many calls; nothing was done"
    FAILED = "refused: internal error; nothing was done"
    LOST = "the connection ends before the call is made"
    UNANSWERED = "done, but the connection ends before the answer"
    IGNORED = "not done; silence"
    SILENT = "done; silence"
    HALVED = "done; half of the answer, then silence"
    TRICKLING = "done; the answer comes byte by byte"
    REPEATED = "done twice, as by a network that repeats it; the second answer"
    PARTIAL = "of a batch one half is done, the rest handed back as unprocessed"
    UNPROCESSED = "all of a batch is handed back as unprocessed"
    REFUSED = "refused, as `refusal` says; nothing was done"


BREAKS = (Fault.THROTTLED, Fault.FAILED, Fault.LOST, Fault.UNANSWERED)
"""What shows at once."""

_REFUSALS: Mapping[Fault | None, Answer] = {
    Fault.THROTTLED: refused("ProvisionedThroughputExceededException"),
    Fault.FAILED: refused("InternalServerError", status=500),
}
_TRICKLE_SECONDS = 0.05
"""Between two bytes: well within what a single read of the client waits for."""


class UnreliableDynamoDB:
    """Passes calls on to the engine, except for those that a test has planned, and a share of the others.

    `happened` counts faults, `calls` operations that came.
    """

    def __init__(self, engine: str, seed: int) -> None:
        parts = urlsplit(engine)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)
        self.endpoint = ""
        self.share = 0.0
        self.refusal: Answer = refused("AccessDeniedException")
        self.faults: Sequence[Fault] = BREAKS
        self.happened: Counter[Fault] = Counter()
        self.calls: Counter[str] = Counter()
        self.healed = threading.Event()
        self._planned: dict[str, deque[Fault]] = {}
        self._always: dict[str, Fault] = {}
        self._dice = random.Random(seed)
        self._lock = threading.Lock()

    def plan(self, operation: str, *faults: Fault) -> None:
        """What happens to the next calls of an operation (such as `Query`), one after the other."""
        with self._lock:
            self.healed.clear()
            self._planned.setdefault(operation, deque()).extend(faults)

    def always(self, operation: str, fault: Fault) -> None:
        """What happens to every call of an operation, `*`: of any, until `heal`."""
        with self._lock:
            self.healed.clear()
            self._always[operation] = fault

    def heal(self) -> None:
        """Nothing bad happens any more, and whoever is silent speaks."""
        with self._lock:
            self.share = 0.0
            self._planned.clear()
            self._always.clear()
            self.healed.set()

    def choose(self, operation: str) -> Fault | None:
        """What happens to the next call; None: nothing bad."""
        with self._lock:
            self.calls[operation] += 1
            fault = self._choose(operation)
            if fault is not None:
                self.happened[fault] += 1
            return fault

    def _choose(self, operation: str) -> Fault | None:
        if planned := self._planned.get(operation):
            return planned.popleft()
        if always := self._always.get(operation) or self._always.get("*"):
            return always
        if self._dice.random() >= self.share:
            return None
        # In turn: soon all of them have happened.
        return self.faults[self.happened.total() % len(self.faults)]


@contextmanager
def unreliable_dynamodb(engine: str, seed: int = 1) -> Iterator[UnreliableDynamoDB]:
    """The server on a free port, before the engine at that URL; reliable until it is told otherwise."""
    made = UnreliableDynamoDB(engine, seed)

    handler = type("Handler", (_Handler,), {"made": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    made.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.heal()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    made: UnreliableDynamoDB
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault = self.made.choose(self.headers["X-Amz-Target"].rpartition(".")[2])
        # Whoever called may have given up.
        with suppress(OSError):
            self._serve(fault, body)

    def _serve(self, fault: Fault | None, body: bytes) -> None:
        if fault in _REFUSALS or fault is Fault.REFUSED:
            status, refusal = _REFUSALS.get(fault, self.made.refusal)
            self._answer(status, json.dumps(refusal).encode())
            return
        if fault in {Fault.PARTIAL, Fault.UNPROCESSED}:
            self._answer(*self._serve_some(json.loads(body), nothing=fault is Fault.UNPROCESSED))
            return
        if fault in {Fault.LOST, Fault.IGNORED}:
            self._end(silent=fault is Fault.IGNORED)
            return
        status, content = self._pass_on(body)
        if fault is Fault.REPEATED:
            status, content = self._pass_on(body)
        if fault in {Fault.UNANSWERED, Fault.SILENT}:
            self._end(silent=fault is Fault.SILENT)
        else:
            self._answer(status, content, fault)

    def _serve_some(self, request: Any, *, nothing: bool) -> tuple[int, bytes]:
        """One half, or nothing, of a batch in one table."""
        ((table, wanted),) = request["RequestItems"].items()
        reads = isinstance(wanted, dict)
        items = wanted["Keys"] if reads else wanted
        middle = 0 if nothing else (len(items) + 1) // 2

        def batch(part: list[Any]) -> dict[str, Any]:
            return {table: {**wanted, "Keys": part} if reads else part}

        status = 200
        answer: dict[str, Any] = {"Responses": {}}
        if middle:
            body = json.dumps({"RequestItems": batch(items[:middle])}).encode()
            status, content = self._pass_on(body)
            answer = json.loads(content)
        if items[middle:]:
            answer["UnprocessedKeys" if reads else "UnprocessedItems"] = batch(items[middle:])
        return status, json.dumps(answer).encode()

    def _pass_on(self, body: bytes) -> tuple[int, bytes]:
        headers = {name: value for name, value in self.headers.items() if name != "Content-Length"}
        engine = http.client.HTTPConnection(self.made.host, self.made.port)
        try:
            engine.request("POST", "/", body, headers)
            answer = engine.getresponse()
            return answer.status, answer.read()
        finally:
            engine.close()

    def _end(self, *, silent: bool) -> None:
        if silent:
            self.made.healed.wait()
        self.close_connection = True

    def _answer(self, status: int, content: bytes, fault: Fault | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        sent = 0
        if fault is Fault.HALVED:
            sent = len(content) // 2
            self.wfile.write(content[:sent])
            self.made.healed.wait()
        elif fault is Fault.TRICKLING:
            while sent < len(content) and not self.made.healed.wait(_TRICKLE_SECONDS):
                self.wfile.write(content[sent : sent + 1])
                sent += 1
        self.wfile.write(content[sent:])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass

"""What a global table with strong consistency does, in front of one local engine.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html, MRSC: one
order of writes that every region reads, so one engine holds what all have. A write to an item that another
region is just writing is refused, and so are transactions and expiry. The board's table is each region's own.
"""

import http.client
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_CONFLICT = (
    "ReplicatedWriteConflictException",
    "One or more items of the request are just being written in another Region",
)
_NO_TRANSACTIONS = ("ValidationException", "Transactions are not offered for this kind of global table")
_NO_EXPIRY = ("ValidationException", "Expiry is not offered for this kind of global table")

Key = tuple[str, str, str]


class Agreement:
    """What is common to the regions: which items of their tables are just being written.

    `tables` are those that agree; others are like any table. `refused` counts what was refused, by error
    code; `share` of the writes are refused without a rival, by dice.
    """

    def __init__(self, engine: str, seed: int = 1) -> None:
        parts = urlsplit(engine)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)
        self.tables: set[str] = set()
        self.share = 0.0
        self.refused: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._lock = threading.Lock()
        self._writing: dict[Key, str] = {}

    def refusal(self, region: str, operation: str, request: Any) -> tuple[str, str] | None:
        """Error code and text for a call; None: it is made, and `finished` follows."""
        if not self.tables & _tables(operation, request):
            return None
        with self._lock:
            error = self._refusal(region, operation, self._keys(operation, request))
            if error is not None:
                self.refused[error[0]] += 1
            return error

    def finished(self, region: str, operation: str, request: Any) -> None:
        """Says that a call has been made."""
        with self._lock:
            for key in self._keys(operation, request):
                if self._writing.get(key) == region:
                    del self._writing[key]

    def _refusal(self, region: str, operation: str, keys: AbstractSet[Key]) -> tuple[str, str] | None:
        if operation.startswith("Transact"):
            return _NO_TRANSACTIONS
        if operation == "UpdateTimeToLive":
            return _NO_EXPIRY
        rivals = {self._writing.get(key, region) for key in keys} - {region}
        if keys and (rivals or self._dice.random() < self.share):
            return _CONFLICT
        self._writing |= dict.fromkeys(keys, region)
        return None

    def _keys(self, operation: str, request: Any) -> set[Key]:
        """The items of those tables that the call writes."""
        if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
            return {_key(request["TableName"], request)}
        if operation == "BatchWriteItem":
            writes = request["RequestItems"].items()
            return {_key(name, body) for name, each in writes for write in each for body in write.values()}
        return set()


def _tables(operation: str, request: Any) -> set[str]:
    if operation.startswith("Transact"):
        return {body["TableName"] for action in request["TransactItems"] for body in action.values()}
    return set(request["RequestItems"]) if "RequestItems" in request else {request.get("TableName", "")}


def _key(table: str, body: Any) -> Key:
    key = body.get("Item") or body["Key"]
    return table, key["pk"]["S"], key["sk"]["S"]


@contextmanager
def region_of(agreement: Agreement, region: str) -> Iterator[str]:
    """The endpoint of a region, on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self._engine = http.client.HTTPConnection(agreement.host, agreement.port)

        def finish(self) -> None:
            super().finish()
            self._engine.close()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            request = json.loads(body)
            error = agreement.refusal(region, operation, request)
            if error is not None:
                code, text = error
                self._answer(400, json.dumps({"__type": f"x#{code}", "message": text}).encode())
                return
            try:
                status, content = self._pass_on(body)
            finally:
                agreement.finished(region, operation, request)
            self._answer(status, content)

        def _pass_on(self, body: bytes) -> tuple[int, bytes]:
            headers = {name: value for name, value in self.headers.items() if name != "Content-Length"}
            self._engine.request("POST", "/", body, headers)
            answer = self._engine.getresponse()
            return answer.status, answer.read()

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
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

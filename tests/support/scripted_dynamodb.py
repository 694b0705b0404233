"""A server that speaks DynamoDB's JSON protocol and answers what a test has written down.

For answers that no local engine gives: refused credentials, wrong clocks, tables that take their time.
"""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Mapping[str, Any]]
"""HTTP status and JSON body."""


def refused(code: str, message: str = "", status: int = 400) -> Answer:
    """An error as DynamoDB words it
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html)."""
    return status, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}


class ScriptedDynamoDB:
    """Answers each operation with what its script says, in order; the last answer is repeated.

    `calls` are the operations and what came with them.
    """

    def __init__(self, endpoint: str, script: Mapping[str, Sequence[Answer]]) -> None:
        self.endpoint = endpoint
        self.calls: list[tuple[str, Any]] = []
        self._script = {operation: list(answers) for operation, answers in script.items()}
        self._lock = threading.Lock()

    def answer(self, operation: str, body: Any) -> Answer:
        """The answer to one call; an operation without a script is unknown."""
        with self._lock:
            self.calls.append((operation, body))
            answers = (
                self._script.get(operation) or self._script.get("*") or [refused("UnknownOperationException")]
            )
            return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def scripted_dynamodb(**script: Sequence[Answer]) -> Iterator[ScriptedDynamoDB]:
    """The server on a free port; `script` is by operation, and `any_call` for those that it does not name."""
    if "any_call" in script:
        script["*"] = script.pop("any_call")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = server.answer(operation, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = ScriptedDynamoDB(f"http://127.0.0.1:{http.server_address[1]}", script)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()

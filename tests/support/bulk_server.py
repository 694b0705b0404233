"""A small HTTP server that speaks what the audit uses of OpenSearch's API: _bulk and _delete_by_query."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Status = Callable[[dict[str, Any]], int]


class BulkServer:
    """Documents by index and id. `status` says what becomes of a document, `down` of every request."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], dict[str, Any]] = {}
        self.status: Status = lambda _: 201
        self.down: int | None = None
        self.authorizations: list[str | None] = []
        self.requests = 0
        self.port = 0

    def url(self, index: str = "vexil-audit") -> str:
        return f"http://127.0.0.1:{self.port}/{index}"

    def bulk(self, lines: list[str]) -> dict[str, Any]:
        items = []
        for action, source in zip(lines[::2], lines[1::2], strict=True):
            place, document = json.loads(action)["index"], json.loads(source)
            status = self.status(document)
            if status < 300:
                self.documents[place["_index"], place["_id"]] = document
            items.append({"index": {"_index": place["_index"], "_id": place["_id"], "status": status}})
        return {"errors": any(item["index"]["status"] >= 300 for item in items), "items": items}

    def delete(self, index: str, query: dict[str, Any]) -> dict[str, Any]:
        before = query["query"]["range"]["expiresAt"]["lt"]
        expired = [
            place
            for place, document in self.documents.items()
            if place[0] == index and document["expiresAt"] and document["expiresAt"] < before
        ]
        for place in expired:
            del self.documents[place]
        return {"deleted": len(expired)}


@contextmanager
def bulk_server() -> Iterator[BulkServer]:
    """One that runs as long as the block."""
    served = BulkServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            served.requests += 1
            served.authorizations.append(self.headers["Authorization"])
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if served.down is not None:
                self.answer(served.down, {"error": "down"})
            elif self.path == "/_bulk":
                assert self.headers["Content-Type"] == "application/x-ndjson"
                assert body.endswith("\n")
                self.answer(200, served.bulk(body.splitlines()))
            else:
                index = self.path.split("/")[1]
                self.answer(200, served.delete(index, json.loads(body)))

        def answer(self, status: int, document: dict[str, Any]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

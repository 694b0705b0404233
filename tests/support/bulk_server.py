"""A small HTTP server that speaks what the audit uses of OpenSearch's API: _bulk and _delete_by_query."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

Status = Callable[[dict[str, Any]], int]
Credentials = tuple[str, str, str]
"""Access key, secret key and session token."""

REGION = "eu-central-1"


class BulkServer:
    """Documents by index and id. `status` says what becomes of a document, `down` of every request.

    `signed_by`: requests have to be signed with these credentials (Signature Version 4).
    """

    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], dict[str, Any]] = {}
        self.status: Status = lambda _: 201
        self.down: int | None = None
        self.authorizations: list[str | None] = []
        self.signed_by: Credentials | None = None
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
            elif served.signed_by is not None and not self.is_signed(served.signed_by, body):
                self.answer(403, {"message": "the signature does not match"})
            elif self.path == "/_bulk":
                assert self.headers["Content-Type"] == "application/x-ndjson"
                assert body.endswith("\n")
                self.answer(200, served.bulk(body.splitlines()))
            else:
                index = self.path.split("/")[1]
                self.answer(200, served.delete(index, json.loads(body)))

        def is_signed(self, credentials: Credentials, body: str) -> bool:
            """Whether the signature is the one that AWS's own library makes of what has arrived."""
            sent = re.fullmatch(
                r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/eu-central-1/es/aws4_request, "
                r"SignedHeaders=(\S+), Signature=([0-9a-f]{64})",
                self.headers["Authorization"] or "",
            )
            if sent is None or sent[1] != credentials[0]:
                return False
            names = sent[2].split(";")
            if not {"host", "x-amz-date", "x-amz-security-token"} <= set(names):
                return False
            headers = {name: self.headers[name] for name in names}
            url = f"http://{self.headers['Host']}{self.path}"
            request = AWSRequest(method="POST", url=url, headers=headers, data=body.encode())
            request.context["timestamp"] = self.headers["X-Amz-Date"]
            signer = SigV4Auth(BotoCredentials(*credentials), "es", REGION)
            text = signer.string_to_sign(request, signer.canonical_request(request))
            return bool(signer.signature(text, request) == sent[3])

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

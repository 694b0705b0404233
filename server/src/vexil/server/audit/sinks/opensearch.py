"""Records in OpenSearch, or what speaks its bulk API (https://docs.opensearch.org/latest/api-reference/document-apis/bulk/)."""

import base64
import json
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from vexil.core.errors import (
    AccessDenied,
    InvalidRequest,
    LimitExceeded,
    Reason,
    Unavailable,
    VexilError,
    Violation,
)
from vexil.server.audit.sinks.aws_signature import AwsSignature
from vexil.server.egress.allow_list import AllowList
from vexil.server.egress.client import HttpClient, Limits

_LIMITS = Limits(most_bytes=16 * 1024 * 1024, seconds=10.0)
_TOO_MANY, _SERVER_ERRORS = 429, 500


class OpenSearchSink:
    """An index, by the URL `https://HOST[:PORT]/INDEX`.

    `user` and `password` are for HTTP's basic authentication; `signature` signs each request instead. A
    document's id is the record's, so that writing it again replaces it by the same.
    """

    def __init__(
        self, url: str, user: str = "", password: str = "", signature: AwsSignature | None = None
    ) -> None:
        parts = urlsplit(url)
        index = parts.path.strip("/")
        if parts.scheme not in {"http", "https"} or not parts.hostname or not index or "/" in index:
            what = f"{url!r} is not https://HOST/INDEX"
            raise InvalidRequest.of([Violation("sink", what)])
        if parts.username is not None or (user and parts.scheme != "https" and not _is_local(parts.hostname)):
            what = "a password is given by VEXIL_OPENSEARCH_PASSWORD, and travels over https only"
            raise InvalidRequest.of([Violation("sink", what)])
        self._host, self._index = parts.hostname, index
        self._origin = f"{parts.scheme}://{parts.netloc}"
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._client = HttpClient(AllowList.only(parts.hostname, port), _LIMITS)
        self._signature = signature
        self._tls = ssl.create_default_context()
        self._headers = {"Content-Type": "application/x-ndjson"}
        if user:
            credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {credentials}"

    @property
    def name(self) -> str:
        """`opensearch:HOST/INDEX`."""
        return f"opensearch:{self._host}/{self._index}"

    def write(self, documents: Sequence[Mapping[str, Any]]) -> Mapping[str, VexilError]:
        """All of them in one bulk request."""
        lines: list[str] = []
        for document in documents:
            lines.append(json.dumps({"index": {"_index": self._index, "_id": document["id"]}}))
            lines.append(json.dumps(document))
        answer = self._post("/_bulk", "".join(f"{line}\n" for line in lines))
        try:
            items = [next(iter(item.values())) for item in answer["items"]]
            failed = {item["_id"]: int(item["status"]) for item in items if int(item["status"]) >= 300}
            answered = {item["_id"] for item in items}
        except (LookupError, TypeError, ValueError, StopIteration, AttributeError, OverflowError) as error:
            raise self._unavailable("does not answer as OpenSearch does") from error
        refused: dict[str, VexilError] = {id: self._refusal(status) for id, status in failed.items()}
        for document in documents:
            if document["id"] not in answered:
                refused[document["id"]] = self._unavailable("did not say what became of a document")
        return refused

    def prune(self, now: datetime) -> int:
        """Has OpenSearch delete what has expired; nothing before there is an index."""
        before = now.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        query = json.dumps({"query": {"range": {"expiresAt": {"lt": before}}}})
        how = "conflicts=proceed&ignore_unavailable=true"
        answer = self._post(f"/{self._index}/_delete_by_query?{how}", query)
        deleted = answer.get("deleted", 0)
        return deleted if isinstance(deleted, int) else 0

    def close(self) -> None:
        """Nothing: each call has a connection of its own."""

    def _post(self, path: str, body: str) -> dict[str, Any]:
        url, content, headers = self._origin + path, body.encode(), self._headers
        if self._signature is not None:
            headers = dict(self._signature.headers("POST", url, headers, content))
        try:
            answer = self._client.request("POST", url, headers, content, tls=self._tls)
        except (OSError, ValueError) as error:
            raise self._unavailable("can't be reached, or does not answer in time") from error
        if answer.status >= 300:
            raise self._refusal(answer.status)
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise self._unavailable("does not answer in JSON") from error
        return found if isinstance(found, dict) else {}

    def _refusal(self, status: int) -> VexilError:
        if status == _TOO_MANY:
            return LimitExceeded(f"{self.name} is asked too often", reason=Reason.RATE_LIMITED)
        if status in {401, 403}:
            return AccessDenied(f"{self.name} does not accept who is writing")
        if status >= _SERVER_ERRORS or status < 400:
            return self._unavailable(f"answered {status}")
        return InvalidRequest(f"{self.name} refuses a document ({status}); does its mapping fit?")

    def _unavailable(self, what: str) -> VexilError:
        return Unavailable(f"{self.name} {what}")


def _is_local(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}

"""Sinks by their address."""

import os
from pathlib import Path

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.audit.sinks.dynamodb import DynamoDBSink
from vexil.server.audit.sinks.json_lines import JsonLinesSink
from vexil.server.audit.sinks.opensearch import OpenSearchSink
from vexil.server.audit.sinks.port import Sink
from vexil.server.audit.sinks.sqlite import SqliteSink


def open_sink(address: str) -> Sink:
    """The sink at `sqlite:PATH`, `jsonl:PATH`, `dynamodb:TABLE` or `opensearch:https://HOST/INDEX`.

    OpenSearch's user and password are VEXIL_OPENSEARCH_USER and VEXIL_OPENSEARCH_PASSWORD. Raises
    InvalidRequest, and what opening it raises.
    """
    kind, _, place = address.partition(":")
    if place:
        match kind:
            case "sqlite":
                return SqliteSink(Path(place))
            case "jsonl":
                return JsonLinesSink(Path(place))
            case "dynamodb":
                return DynamoDBSink(place)
            case "opensearch":
                user = os.environ.get("VEXIL_OPENSEARCH_USER", "")
                return OpenSearchSink(place, user, os.environ.get("VEXIL_OPENSEARCH_PASSWORD", ""))
    what = f"{address!r} is none of sqlite:PATH, jsonl:PATH, dynamodb:TABLE, opensearch:https://HOST/INDEX"
    raise InvalidRequest.of([Violation("sink", what)])

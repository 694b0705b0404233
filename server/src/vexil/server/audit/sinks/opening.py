"""Sinks by their address."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.audit.sinks.aws_signature import AwsSignature, region_of
from vexil.server.audit.sinks.dynamodb import DynamoDBSink
from vexil.server.audit.sinks.json_lines import JsonLinesSink
from vexil.server.audit.sinks.opensearch import OpenSearchSink
from vexil.server.audit.sinks.port import Sink
from vexil.server.audit.sinks.sqlite import SqliteSink


def open_sink(address: str) -> Sink:
    """The sink at `sqlite:PATH`, `jsonl:PATH`, `dynamodb:TABLE` or `opensearch:https://HOST/INDEX`.

    Raises InvalidRequest, and what opening it raises.
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
                return _opensearch(place)
    what = f"{address!r} is none of sqlite:PATH, jsonl:PATH, dynamodb:TABLE, opensearch:https://HOST/INDEX"
    raise InvalidRequest.of([Violation("sink", what)])


def _opensearch(url: str) -> Sink:
    """With the user and password of VEXIL_OPENSEARCH_USER and VEXIL_OPENSEARCH_PASSWORD.

    Without them requests to Amazon's domains are signed with AWS credentials, and to others where
    VEXIL_OPENSEARCH_AWS_REGION says for which region.
    """
    user = os.environ.get("VEXIL_OPENSEARCH_USER", "")
    if user:
        return OpenSearchSink(url, user, os.environ.get("VEXIL_OPENSEARCH_PASSWORD", ""))
    region = os.environ.get("VEXIL_OPENSEARCH_AWS_REGION") or region_of(urlsplit(url).hostname or "")
    return OpenSearchSink(url, signature=AwsSignature(region) if region else None)

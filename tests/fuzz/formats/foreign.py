"""What comes from other systems: exports of tables and parameters, and messages of queues."""

import gzip
import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime

from tests.fuzz.formats.format import Format
from tests.fuzz.mutations import altered_bytes, altered_lines
from tests.unit.server.imports.items import FEATURE, FLOW, LOGGING, QUEUE, ROUTING
from vexil.server.announce.announcement import SCHEMA
from vexil.server.audit.pipeline.record import read_record
from vexil.server.imports.connect import ConnectMapper
from vexil.server.imports.exports import read_items
from vexil.server.imports.flag_table import FlagTableMapper
from vexil.server.imports.parameters import ParameterMapper
from vexil.server.imports.survey import survey

_ITEMS = (
    *(json.dumps(item, default=float) for item in (FLOW, QUEUE, ROUTING, LOGGING, FEATURE)),
    '{"Items": [{"flowId": {"S": "a"}, "version": {"N": "1"}, "tags": {"SS": ["x"]}}]}',
    '{"Name": "/shop/prod/cart/max", "Type": "String", "Value": "10", "Version": 3}',
)
_ANNOUNCEMENT = json.dumps(
    {
        "schema": SCHEMA,
        "namespace": "shop",
        "revision": 7,
        "epoch": 1,
        "committedAt": "2026-01-01T00:00:00Z",
        "author": "key:0011223344",
        "message": "less",
        "requestId": "r",
        "labels": {"ticket": "1"},
        "changeCount": 1,
        "changes": [
            {"kind": "setting", "environment": "prod", "key": "a", "version": 2, "operation": "updated"}
        ],
    }
)


def _tables(content: bytes) -> None:
    for mapper in (
        ConnectMapper("prod"),
        FlagTableMapper(datetime(2026, 1, 1, tzinfo=UTC)),
        ParameterMapper(),
    ):
        survey(read_items("table", content), mapper)


def _packed(text: str, chance: random.Random) -> str:
    packed = gzip.compress(text.encode(), mtime=0).decode("latin-1")
    return altered_bytes(packed, chance)


FOREIGN: Mapping[str, Format] = {
    "exports of tables": Format(_ITEMS, lambda text: _tables(text.encode())),
    "exports of tables (lines)": Format(
        ("\n".join(_ITEMS),), lambda text: _tables(text.encode()), vary=altered_lines
    ),
    "exports of tables (gzip)": Format(
        ("\n".join(_ITEMS),), lambda text: _tables(text.encode("latin-1", "replace")), vary=_packed
    ),
    "announcement in a queue": Format(
        (_ANNOUNCEMENT, json.dumps({"Type": "Notification", "Message": _ANNOUNCEMENT})), read_record
    ),
}

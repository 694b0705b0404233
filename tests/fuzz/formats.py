"""Every format that is read from a file or from somebody else's system."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.fuzz.mutations import altered_json, anything, damaged
from tests.unit.server.imports.items import FEATURE, FLOW, LOGGING, QUEUE, ROUTING
from vexil.bridge.event import parse as parse_event
from vexil.core import jsontext
from vexil.core.errors import VexilError
from vexil.core.flows.language import read_flow, validate
from vexil.core.flows.rendering import render
from vexil.core.value import SecretReference
from vexil.files.load import load_text
from vexil.files.path import parse as parse_path
from vexil.secrets.location import Location
from vexil.server.audit.exporting import verify_lines
from vexil.server.audit.pipeline.record import read_record
from vexil.server.backup import manifest as backup_manifest
from vexil.server.cli.jsonlines import read_header, read_states
from vexil.server.identity.bearer import bearer_token
from vexil.server.identity.public_keys import read_key_set
from vexil.server.imports.connect import ConnectMapper
from vexil.server.imports.exports import read_items
from vexil.server.imports.flag_table import FlagTableMapper
from vexil.server.imports.parameters import ParameterMapper
from vexil.server.imports.survey import survey

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Format:
    """`read` takes a text, reads all of it, and raises one of `refusals` for a bad one; nothing else."""

    samples: tuple[str, ...]
    read: Callable[[str], object]
    refusals: tuple[type[Exception], ...] = (VexilError,)

    def text(self, chance: random.Random) -> str:
        """A sample with something wrong in it."""
        sample = chance.choice(self.samples)
        if chance.random() < 0.6:
            try:
                return altered_json(sample, chance)
            except ValueError:
                pass  # it is not JSON
        return damaged(sample.encode(), chance).decode("utf-8", "replace")


def _manifest(format: Any) -> Callable[[str], object]:  # noqa: A002
    return lambda text: load_text(text, format, namespace="shop", environment="prod")


def _export(text: str) -> None:
    lines = text.split("\n")
    read_header("export", lines[0])
    for _ in read_states("export", lines[1:]):
        pass


def _tables(text: str) -> None:
    for mapper in (
        ConnectMapper("prod"),
        FlagTableMapper(datetime(2026, 1, 1, tzinfo=UTC)),
        ParameterMapper(),
    ):
        survey(read_items("table", text.encode()), mapper)


def _flow(text: str) -> None:
    validate(text)
    read_flow(text)


def _template(text: str) -> None:
    render(text, {"queue": "sales", "minutes": 5})


def _event(text: str) -> None:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return  # Lambda hands over only what is JSON
    parse_event(event)


def _sample_manifests() -> tuple[str, ...]:
    return tuple(
        path.read_text()
        for path in [
            *_ROOT.glob("examples/shop/*.yaml"),
            *_ROOT.glob("examples/contact-centre/manifests/*.yaml"),
        ]
    )


_JSON_MANIFEST = json.dumps(
    {
        "namespace": "shop",
        "environment": "prod",
        "settings": {
            "cart.max": 10,
            "banner": {
                "variants": {"on": True, "off": False},
                "rules": [{"id": "r", "if": {"attribute": "plan", "in": ["pro"]}, "serve": "on"}],
                "serve": {"split": {"on": 10, "off": 90}},
            },
        },
        "segments": {"staff": {"conditions": [{"attribute": "email", "ends_with": "@example.com"}]}},
    }
)
_EXPORT = """\
{"format": "vexil-export", "version": 1, "namespace": "shop", "revision": "7", "resourceCount": "1"}
{"id": {"kind": "RESOURCE_KIND_SETTING", "environment": "prod", "key": "a"}, "revision": "7", \
"version": "1", "createRevision": "7", "changedAt": "2026-01-01T00:00:00Z", \
"resource": {"setting": {"value": {"intValue": "1"}}}}"""
_BACKUP = json.dumps(
    {
        "manifest": {
            "format": 1,
            "id": "20260101T000000000000Z",
            "createdAt": "2026-01-01T00:00:00+00:00",
            "release": "0.1.0",
            "parent": None,
            "encryption": None,
            "namespaces": [],
        },
        "digest": "",
        "seal": "",
    }
)
_EVENT = json.dumps(
    {
        "Name": "ContactFlowEvent",
        "Details": {
            "Parameters": {"operation": "get", "keys": "greeting,queue", "targetingKey": "c-1"},
            "ContactData": {
                "ContactId": "c-1",
                "Channel": "VOICE",
                "CustomerEndpoint": {"Address": "+493012345", "Type": "TELEPHONE_NUMBER"},
                "Attributes": {"plan": "pro"},
                "Queue": {"Name": "sales", "ARN": "arn:aws:connect:eu-central-1:123456789012:queue/1"},
            },
        },
    }
)
_TOML = 'namespace = "shop"\nenvironment = "prod"\n[settings]\n"cart.max" = 10\nbanner = { value = "hi" }\n'
_TEMPLATE = (
    '{"Version": "2019-10-30", "StartAction": "{{start}}", "Wait": {{minutes}}, "Q": "{{queue}} {{queue}}"}'
)

_AUDIT = json.dumps(
    {
        "schema": "vexil.audit.entry.v1",
        "namespace": "shop",
        "revision": "1",
        "epoch": "1",
        "committedAt": "1795298048894294",
        "author": "anonymous",
        "peer": "ipv4:127.0.0.1:56974",
        "authentication": "none",
        "message": "",
        "requestId": "",
        "labels": {},
        "previous": "",
        "chain": "661fb157d02228309ab392db04517c72a5b87497b320b85f17852bdb34b00e7a",
        "changes": [
            {"kind": "namespace", "environment": "", "key": "shop", "version": "1", "action": "created"}
        ],
    }
)
_KEYS = json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "kid": "a", "use": "sig", "x": "AA", "y": "AA"}]})

FORMATS: Mapping[str, Format] = {
    "manifest (yaml)": Format(_sample_manifests(), _manifest("yaml")),
    "manifest (json)": Format((_JSON_MANIFEST,), _manifest("json")),
    "manifest (toml)": Format((_TOML,), _manifest("toml")),
    "export": Format((_EXPORT,), _export),
    "exports of tables": Format(
        (
            *(json.dumps(item, default=float) for item in (FLOW, QUEUE, ROUTING, LOGGING, FEATURE)),
            '{"Items": [{"flowId": {"S": "a"}, "version": {"N": "1"}, "tags": {"SS": ["x"]}}]}',
            '{"Name": "/shop/prod/cart/max", "Type": "String", "Value": "10", "Version": 3}',
        ),
        _tables,
    ),
    "manifest of a backup": Format(
        (_BACKUP,), lambda text: backup_manifest.load(text.encode()), (ValueError,)
    ),
    "contact flow": Format(
        tuple(path.read_text() for path in (_ROOT / "tests/data/connect-flows").glob("*.json")), _flow
    ),
    "template of a flow": Format(
        (_TEMPLATE, *(path.read_text() for path in _ROOT.glob("examples/contact-centre/flows/*.json"))),
        _template,
    ),
    "event of a contact flow": Format((_EVENT,), _event),
    "JSON value": Format(('{"a": [1, 2.5, "x", null, true]}',), jsontext.parse, (jsontext.JsonProblem,)),
    "line of an audit export": Format((_AUDIT,), lambda text: verify_lines([text])),
    "announcement": Format((_AUDIT,), read_record),
    "reference to a secret": Format(
        (
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-a1B2c3#password",
            "vault:kv/shop#x",
            "env:A",
        ),
        lambda text: Location.of(SecretReference(text)),
    ),
    "authorization header": Format(("Bearer vxk_0011223344_00ff", "bearer a.b.c"), bearer_token),
    "set of public keys": Format((_KEYS,), lambda text: read_key_set(text.encode()), (ValueError,)),
    "path": Format(
        ("settings.banner.rules[0].serve", 'labels["a b"][3]'), parse_path, (VexilError, ValueError)
    ),
}


def run(name: str, case: str) -> str | None:
    """Reads what the case's name stands for; what went wrong, with the text."""
    format, chance = FORMATS[name], random.Random(case)  # noqa: A001
    text = format.text(chance)
    if chance.random() < 0.05:
        text = json.dumps(anything(chance))
    try:
        format.read(text)
    except format.refusals:
        return None
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"{case}: {type(error).__name__}: {error}\n{text[:2000]!r}"
    return None

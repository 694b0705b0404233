"""The JSON Schema of manifests says what `load` says, as far as a schema can."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema_rs import Draft202012Validator

from tests.unit.files.changes import is_valid, puts
from tools.manifest_schema import TARGET, text
from vexil.core.change import Put
from vexil.files import dump, load
from vexil.files.formats import yaml_text
from vexil.files.schema import manifest_schema

SCHEMA = Draft202012Validator(manifest_schema(), offline=True)
EXAMPLES = Path(__file__).parents[3] / "examples"


def test_file_in_docs_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == text(), "run tools/manifest_schema.py"


@settings(max_examples=300)
@given(puts().filter(lambda put: not put.id.kind.of_access).filter(is_valid))
def test_what_dump_writes_is_valid(put: Put) -> None:
    SCHEMA.validate(json.loads(dump([put], "json", namespace=put.id.key if put.id.kind == 1 else "shop")))


@pytest.mark.parametrize(
    "file", sorted(EXAMPLES.glob("*/*.yaml")), ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_examples_are_valid(file: Path) -> None:
    load([file])
    for document in yaml_text.parse(file.read_text(encoding="utf-8")):
        SCHEMA.validate(document)


@pytest.mark.parametrize(
    "document",
    [
        {"namespace": "Shop"},
        {"namespace": "shop", "setings": {}},
        {"namespace": {"name": "shop", "ownr": "us"}},
        {"namespace": "shop", "settings": {"a b": 1}},
        {"namespace": "shop", "settings": {"a": None}},
        {"namespace": "shop", "settings": {"a": {"valeu": 1}}},
        {"namespace": "shop", "settings": {"a": {"serve": {"splt": {}}}}},
        {"namespace": "shop", "settings": {"a": {"rollout": 101}}},
        {"namespace": "shop", "settings": {"a": {"rules": [{"serve": "on"}]}}},
        {"namespace": "shop", "settings": {"a": {"rules": [{"if": {"attribute": "a"}, "serve": "on"}]}}},
        {"namespace": "shop", "segments": {"a": {"conditions": [{"segment": 1}]}}},
        {"namespace": "shop", "segments": {"a": {"conditions": [{"attribute": "a", "equal": 1}]}}},
        {"namespace": "shop", "definitions": {"a": {}}},
        {"namespace": "shop", "definitions": {"a": {"type": "itn"}}},
        {"namespace": "shop", "queues": {"a": {"name": "A"}}},
        {"namespace": "shop", "routing_rules": {"a/b": {"priority": 1, "if": "never", "actions": {}}}},
        {"documents": [{"namespace": "shop", "setings": {}}]},
        [],
    ],
)
def test_what_load_refuses_for_its_form_is_invalid(document: Any) -> None:
    assert not SCHEMA.is_valid(document)

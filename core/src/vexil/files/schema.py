"""The JSON Schema of manifests, for editors: made from the same codecs that read them."""

from typing import Any

from vexil.core.validation.limits import KEY, LABEL
from vexil.files.codecs.conditions import condition_definition
from vexil.files.codecs.resources import NAMESPACE, SECTIONS


def manifest_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) for one file: a document, or `documents` with several.

    It accepts whatever `load` accepts, but for numbers and booleans that stand for text in a key; what only
    `load` knows, such as whether a variant exists, it lets pass.
    """
    label = {"type": "string", "pattern": f"^{LABEL.pattern}$"}
    namespace = NAMESPACE.schema()
    named = {
        **namespace,
        "properties": {"name": label, **namespace["properties"]},
        "required": ["name", *namespace["required"]],
    }
    members = {
        section.name: {
            "type": ["object", "null"],
            "propertyNames": {"pattern": f"^{KEY.pattern}$"},
            "additionalProperties": section.codec.schema(),
        }
        for section in SECTIONS
    }
    document = {
        "type": "object",
        "properties": {"namespace": {"oneOf": [label, named]}, "environment": label, **members},
        "additionalProperties": False,
    }
    documents = {
        "type": "object",
        "properties": {"documents": {"type": "array", "items": {"$ref": "#/$defs/document"}}},
        "required": ["documents"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Vexil manifest",
        "if": {"required": ["documents"]},
        "then": documents,
        "else": {"$ref": "#/$defs/document"},
        "$defs": {"document": document, "condition": condition_definition()},
    }

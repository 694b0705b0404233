"""Writing documents as text, readable and ready to be read back."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from vexil.files.formats import toml_writer, yaml_writer
from vexil.files.formats.visible import visible


def _write_json(documents: list[dict[str, Any]]) -> str:
    return visible(json.dumps(_one(documents), ensure_ascii=False, indent=2)) + "\n"


def _write_toml(documents: list[dict[str, Any]]) -> str:
    return toml_writer.write(_one(documents))


def _one(documents: list[dict[str, Any]]) -> dict[str, Any]:
    return documents[0] if len(documents) == 1 else {"documents": documents}


WRITERS: Mapping[str, Callable[[list[dict[str, Any]]], str]] = {
    "yaml": yaml_writer.write,
    "json": _write_json,
    "toml": _write_toml,
}
"""By format: the text of some documents."""

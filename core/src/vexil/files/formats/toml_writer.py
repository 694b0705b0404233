"""Writing TOML 1.0: a table for each section and each larger member of it, everything below inline."""

import json
import re
from typing import Any

from vexil.core.errors import InvalidRequest
from vexil.files.formats.visible import visible

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write(document: dict[str, Any]) -> str:
    """The text of a document. Raises InvalidRequest for null, which TOML does not have."""
    lines: list[str] = []
    if list(document) == ["documents"]:
        for inner in document["documents"]:
            lines += ["[[documents]]", *_document(inner, "documents.")]
    else:
        lines += _document(document, "")
    return "\n".join(lines).rstrip("\n") + "\n"


def _document(document: dict[str, Any], prefix: str) -> list[str]:
    tables = {name: item for name, item in document.items() if isinstance(item, dict) and name != "namespace"}
    lines = [f"{name} = {_inline(item)}" for name, item in document.items() if name not in tables]
    lines.append("")
    for section, members in tables.items():
        lines.append(f"[{prefix}{section}]")
        large = {key: item for key, item in members.items() if isinstance(item, dict) and item}
        lines += [f"{_key(key)} = {_inline(item)}" for key, item in members.items() if key not in large]
        lines.append("")
        for key, item in large.items():
            lines.append(f"[{prefix}{section}.{_key(key)}]")
            lines += [f"{_key(name)} = {_inline(field)}" for name, field in item.items()]
            lines.append("")
    return lines


def _inline(data: Any) -> str:
    match data:
        case dict():
            return "{ " + ", ".join(f"{_key(name)} = {_inline(item)}" for name, item in data.items()) + " }"
        case list():
            return "[" + ", ".join(_inline(item) for item in data) + "]"
        case str():
            return _text(data)
        case None:
            raise InvalidRequest("TOML has no null; write YAML or JSON instead")
    return json.dumps(data)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    # TOML's escapes are JSON's, and DEL has to be escaped as well.
    return visible(json.dumps(text, ensure_ascii=False))

"""Writing YAML that `yaml_text` reads back, and that people like to read.

Small lists and mappings stand on one line, text of several lines as a block. Text that YAML 1.2 or 1.1 would
take for something else is quoted, but for `on`, `off`, `yes` and `no`, which are text in YAML 1.2.
"""

import re
from typing import Any

import yaml

from vexil.files.formats.visible import HIDDEN, visible

_LINE = 80
"""Longest list or mapping on one line, roughly, in characters."""

_BLOCK_LEVELS = 3
"""The document, its sections and their members always have a line for each part."""

_TAG = "tag:yaml.org,2002:"
_BLOCK_TEXT = re.compile(
    r"[^\s](?:[^\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]*[^\s])?\n?"
)


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """PyYAML's, deciding by YAML 1.2's core schema as well as by 1.1 what has to be quoted."""


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TAG + "bool"]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}
_Dumper.add_implicit_resolver(
    _TAG + "bool",
    re.compile(r"(true|True|TRUE|false|False|FALSE|Yes|YES|No|NO|On|ON|Off|OFF)\Z"),
    list("tTfFYNO"),
)
_Dumper.add_implicit_resolver(
    _TAG + "float",
    re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z"),
    list("-+.0123456789"),
)
_Dumper.add_implicit_resolver(_TAG + "int", re.compile(r"(0o[0-7]+|[-+]?[0-9]+)\Z"), list("-+0123456789"))


def write(documents: list[dict[str, Any]]) -> str:
    """The text of some documents."""
    text: str = yaml.serialize_all(
        [_node(document, 0)[0] for document in documents],
        Dumper=_Dumper,
        allow_unicode=True,
        width=1_000_000,
        explicit_start=len(documents) > 1,
    )
    return visible(text)


def _node(data: Any, level: int) -> tuple[yaml.Node, int]:
    """The node of a value, and the characters that it takes on one line; too many where it needs several."""
    match data:
        case dict():
            return _mapping(data, level)
        case list():
            items = [_node(item, level + 1) for item in data]
            size = sum(size + 2 for _, size in items)
            return yaml.SequenceNode(
                _TAG + "seq", [node for node, _ in items], flow_style=size <= _LINE
            ), size
        case str():
            return _text(data), _LINE + 1 if "\n" in data else len(data) + 2
        case None:
            return yaml.ScalarNode(_TAG + "null", "null"), 4
        case bool():
            return yaml.ScalarNode(_TAG + "bool", "true" if data else "false"), 5
        case int():
            text = str(data)
            return yaml.ScalarNode(_TAG + "int", text), len(text)
    text = repr(data)
    return yaml.ScalarNode(_TAG + "float", text), len(text)


def _mapping(data: dict[str, Any], level: int) -> tuple[yaml.Node, int]:
    members = []
    size = 0
    for name, item in data.items():
        node, taken = _node(item, level + 1)
        members.append((_text(name, inline=True), node))
        size += len(name) + taken + 4
    flow = size <= _LINE and (level >= _BLOCK_LEVELS or not members)
    return yaml.MappingNode(_TAG + "map", members, flow_style=flow), size if flow else _LINE + 1


def _text(text: str, *, inline: bool = False) -> yaml.Node:
    style = None
    if HIDDEN.search(text):
        style = '"'
    elif "\n" in text and not inline and _BLOCK_TEXT.fullmatch(text) is not None and " \n" not in text:
        style = "|"
    return yaml.ScalarNode(_TAG + "str", text, style=style)

"""YAML 1.2 with the core schema (https://yaml.org/spec/1.2.2/#103-core-schema), without what harms.

`on`, `off`, `yes` and `no` are text; so is every key. Duplicate keys, anchors, aliases and tags of one's own
are refused. libyaml reads the text; its events are turned into data here, one by one, so that a bomb costs
nothing before it is refused.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from vexil.files.formats.syntax import MAX_DEPTH, MAX_DIGITS, Position, Positions, SyntaxProblem
from vexil.files.path import Path, Step

_Parser = getattr(yaml, "CLoader", yaml.Loader)

_FIRST = frozenset("-+.0123456789tTfFnN~")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TAG = "tag:yaml.org,2002:"
_TAG_OF = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}


def parse(text: str) -> list[Any]:
    """The documents of a YAML text. Raises SyntaxProblem."""
    return _Builder(text).documents()


def locate(text: str) -> Positions:
    """Where everything stands in a text that `parse` takes, by paths that start with the document's index."""
    builder = _Builder(text, recording=True)
    builder.documents()
    return builder.positions


class _Builder:
    """Turns events into data. `path` leads to what is being read."""

    def __init__(self, text: str, recording: bool = False) -> None:
        self.positions: dict[Path, Position] = {}
        self._recording = recording
        self._text = text
        self._path: list[Step] = []
        self._events: Iterator[yaml.Event] = iter(())

    def documents(self) -> list[Any]:
        found: list[Any] = []
        try:
            self._events = yaml.parse(self._text, Loader=_Parser)
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    self._path.append(len(found))
                    found.append(self._value(next(self._events)))
                    self._path.pop()
        except yaml.reader.ReaderError as error:
            position = Position.at(self._text, error.position)
            raise SyntaxProblem(position, "a character that YAML does not allow") from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            while_ = f" {error.context}" if error.context else ""
            raise SyntaxProblem(_position(mark), f"not YAML: {error.problem}{while_}") from None
        return found

    def _value(self, event: Any) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            if self._recording:
                self._record(event)
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._problem(event, "anchors and aliases are not supported; write the value out")
        if len(self._path) > MAX_DEPTH:
            raise self._problem(event, f"nested deeper than {MAX_DEPTH} levels")
        if event.tag not in (None, "!", _TAG + "map", _TAG + "seq"):
            raise self._problem(event, f"the tag {event.tag!r} is not supported")
        if self._recording:
            self._record(event)
        return self._mapping() if isinstance(event, yaml.MappingStartEvent) else self._list()

    def _mapping(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        path = self._path
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                raise self._problem(event, "a key must be text, without anchor or alias")
            key = event.value
            path.append(key)
            if key in found:
                raise self._problem(event, f"the key {key!r} appears twice")
            if self._recording:
                self._record(event)
            found[key] = self._value(next(self._events))
            path.pop()
        return found

    def _list(self) -> list[Any]:
        found: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            self._path.append(len(found))
            found.append(self._value(event))
            self._path.pop()
        return found

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.anchor is not None:
            raise self._problem(event, "anchors and aliases are not supported; write the value out")
        text = event.value
        if event.tag is None:
            if not event.implicit[0] or (text and text[0] not in _FIRST):
                return text
            return self._resolve(event)
        if event.tag in ("!", _TAG + "str"):
            return text
        resolved = self._resolve(event)
        if event.tag != _TAG + _TAG_OF.get(type(resolved), ""):
            raise self._problem(event, f"{text!r} does not fit its tag {event.tag!r}")
        return resolved

    def _resolve(self, event: yaml.ScalarEvent) -> Any:
        text = event.value
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if _INT.fullmatch(text) or _HEX.fullmatch(text) or _OCTAL.fullmatch(text):
            if len(text) > MAX_DIGITS:
                raise self._problem(event, f"an integer of {len(text)} digits; at most 64 bits fit")
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _SPECIAL.fullmatch(text):
            return float(text.replace(".", ""))
        return text

    def _record(self, event: yaml.Event) -> None:
        self.positions.setdefault(tuple(self._path), _position(event.start_mark))

    def _problem(self, event: yaml.Event, message: str) -> SyntaxProblem:
        return SyntaxProblem(_position(event.start_mark), message, tuple(self._path))


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1)

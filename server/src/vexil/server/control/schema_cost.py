"""How much work a JSON Schema can make of a value: some would keep a validator busy for ever.

A schema may refer to itself without going any deeper into the value, for which the standard knows no answer
(JSON Schema core §9.4.1), and alternatives inside alternatives double the work with each level.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

MAX_ALTERNATIVES = 10_000
"""Most subschemas that are applied to one and the same place of a value."""

MAX_STEPS = 1_000_000
"""Most subschemas that are applied to a value and what is in it; about a second."""

_SIMPLE = 1000
"""A schema that applies fewer in all, whatever the value, is not worth counting again for each value."""

_META_SCHEMAS = "https://json-schema.org/draft/2020-12/"

_SAME_PLACE = ("not", "if", "then", "else")
_SAME_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
_SAME_PLACE_MAPS = ("dependentSchemas", "dependencies")
_ITEMS = ("items", "contains", "unevaluatedItems")
_MEMBERS = ("additionalProperties", "unevaluatedProperties", "propertyNames")
_MEMBERS_MAPS = ("properties", "patternProperties")


class TooCostly(ValueError):
    """What a schema does that none may."""


class SchemaCost:
    """The work that a schema makes, counted at its worst: as if every alternative were tried to its end."""

    def __init__(self, schema: Any) -> None:
        """Raises TooCostly for a schema that is so for any value, or refers to what is not in it."""
        self._root = schema
        self._anchors = _anchors(schema)
        self._sum(
            schema, self._at_same_place, MAX_ALTERNATIVES, "has too many alternatives inside each other"
        )
        try:
            self._sum(schema, self._inside, _SIMPLE, "")
        except TooCostly:
            self._is_simple = False
        else:
            self._is_simple = True

    def require_affordable(self, value: Any) -> None:
        """Raises TooCostly where so much of the schema applies to the value that it can't be checked."""
        if self._is_simple:
            return
        known: dict[tuple[int, int], int] = {}

        def steps(schema: Any, value: Any) -> int:
            key = (id(schema), id(value))
            if key not in known:
                parts = [(inner, value) for inner in self._at_same_place(schema)]
                parts += _deeper(schema, value)
                known[key] = 1 + sum(steps(*part) for part in parts)
            return known[key]

        try:
            count = steps(self._root, value)
        except RecursionError:
            count = MAX_STEPS + 1
        if count > MAX_STEPS:
            raise TooCostly("has too many alternatives for a value that is nested so deep")

    def _sum(self, root: Any, parts: Callable[[Any], Iterable[Any]], most: int, problem: str) -> None:
        """Counts what is applied below each schema that can be reached. Raises TooCostly beyond `most`."""
        known: dict[int, int | None] = {}

        def count(schema: Any) -> int:
            key = id(schema)
            if key not in known:
                known[key] = None
                known[key] = 1 + sum(count(part) for part in parts(schema))
            found = known[key]
            if found is None:
                raise TooCostly("refers to itself without going deeper into the value")
            if found > most:
                raise TooCostly(problem)
            return found

        seen: set[int] = set()
        left = [root]
        try:
            while left:
                schema = left.pop()
                if id(schema) not in seen:
                    seen.add(id(schema))
                    count(schema)
                    left += self._inside(schema)
        except RecursionError:
            raise TooCostly("is nested too deep") from None

    def _at_same_place(self, schema: Any) -> Iterator[Any]:
        """The subschemas that are applied to what the schema itself is applied to."""
        if not isinstance(schema, dict):
            return
        yield from _members(schema, _SAME_PLACE, _SAME_PLACE_LISTS, _SAME_PLACE_MAPS)
        for keyword in ("$ref", "$dynamicRef"):
            if keyword in schema:
                yield from self._referred(schema[keyword])

    def _inside(self, schema: Any) -> Iterator[Any]:
        """All subschemas that are applied, wherever."""
        yield from self._at_same_place(schema)
        if isinstance(schema, dict):
            yield from _members(schema, (*_ITEMS, *_MEMBERS), ("prefixItems",), _MEMBERS_MAPS)

    def _referred(self, reference: object) -> Iterable[Any]:
        text = str(reference)
        if text.startswith(_META_SCHEMAS):
            return ()
        own = self._root.get("$id", "") if isinstance(self._root, dict) else ""
        text = text.removeprefix(own.rstrip("#")) if own else text
        if not text.startswith("#") and text:
            raise TooCostly(f"refers to {text[:200]!r}, which is not written as a place in this schema (#/…)")
        fragment = text.removeprefix("#")
        if fragment and not fragment.startswith("/"):
            return self._anchors.get(fragment, ())
        return [self._at(fragment)]

    def _at(self, pointer: str) -> Any:
        """What a JSON pointer leads to (RFC 6901)."""
        place = self._root
        for step in pointer.split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            try:
                place = place[int(name)] if isinstance(place, list) else place[name]
            except (LookupError, TypeError, ValueError):
                raise TooCostly(f"refers to {pointer[:200]!r}, which is not there") from None
        return place


def _members(
    schema: Mapping[str, Any], ones: Iterable[str], lists: Iterable[str], maps: Iterable[str]
) -> Iterator[Any]:
    for name in ones:
        if name in schema:
            yield schema[name]
    for name in lists:
        found = schema.get(name)
        yield from found if isinstance(found, list) else ()
    for name in maps:
        found = schema.get(name)
        yield from found.values() if isinstance(found, dict) else ()


def _deeper(schema: Any, value: Any) -> list[tuple[Any, Any]]:
    """What is applied to the parts of a value."""
    if not isinstance(schema, dict):
        return []
    if isinstance(value, list):
        rest = list(_members(schema, _ITEMS, (), ()))
        first = schema.get("prefixItems")
        found = list(zip(first, value, strict=False)) if isinstance(first, list) else []
        return found + [(inner, item) for item in value for inner in rest]
    if isinstance(value, dict):
        every = list(_members(schema, _MEMBERS, (), ("patternProperties",)))
        named = schema.get("properties")
        named = named if isinstance(named, dict) else {}
        found = [(named[name], item) for name, item in value.items() if name in named]
        return found + [(inner, item) for item in value.values() for inner in every]
    return []


def _anchors(schema: Any) -> Mapping[str, list[Any]]:
    """All places with a name, by the name."""
    found: dict[str, list[Any]] = {}
    left = [schema]
    while left:
        place = left.pop()
        if isinstance(place, dict):
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(name := place.get(keyword), str):
                    found.setdefault(name, []).append(place)
            left += place.values()
        elif isinstance(place, list):
            left += place
    return found

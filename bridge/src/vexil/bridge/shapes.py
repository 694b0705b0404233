"""The two forms that Connect takes: a flat map of texts, and nested JSON.

A flow reads a member as `$.External.name`; a name with anything else than letters, digits, dashes and
underscores as `$.External.['name']`
(https://docs.aws.amazon.com/connect/latest/adminguide/how-to-reference-attributes.html).
"""

import math
import re
from collections.abc import Mapping
from typing import Any

SEPARATORS = (".", "_", "-")
"""What may stand between the names of nested values."""

_PLAIN = re.compile(r"[^A-Za-z0-9_-]")
_DOTTED = re.compile(r"[^A-Za-z0-9_.-]")


def flat(nested: Mapping[str, Any], separator: str = ".") -> dict[str, str]:
    """A flat map of texts (response validation STRING_MAP).

    Names are joined by the separator, members of lists are numbered from 0. Characters that a plain JSONPath
    can't name become underscores; dots stay where they separate. Where two names become one, the later gets a
    number. Booleans are "true" and "false"; what is null or empty is left out.
    """
    illegal = _DOTTED if separator == "." else _PLAIN
    texts: dict[str, str] = {}
    taken: dict[str, int] = {}
    for path, value in _leaves(nested, ()):
        name = wanted = illegal.sub("_", separator.join(path))
        while name in texts:
            taken[wanted] = taken.get(wanted, 1) + 1
            name = f"{wanted}_{taken[wanted]}"
        texts[name] = _text(value)
    return texts


def nest(names: Mapping[str, str]) -> dict[str, Any]:
    """Nested names for such as have dots; one that is both a value and a place for others stays as it is."""
    nested: dict[str, Any] = {}
    for name, value in sorted(names.items()):
        *path, last = name.split(".")
        inside = nested
        for step in path:
            found = inside.setdefault(step, {})
            if not isinstance(found, dict):
                nested[name] = value
                break
            inside = found
        else:
            inside[last] = value
    return nested


def without(nested: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The same without one member; `name` has a dot for each level."""
    first, _, rest = name.partition(".")
    if not rest:
        return {key: value for key, value in nested.items() if key != first}
    inside = nested.get(first)
    return {**nested, first: without(inside, rest)} if isinstance(inside, Mapping) else dict(nested)


def holds(nested: Mapping[str, Any], name: str) -> bool:
    """Whether there is such a member, with something in it."""
    first, _, rest = name.partition(".")
    inside = nested.get(first)
    return holds(inside, rest) if rest and isinstance(inside, Mapping) else not rest and bool(inside)


def _leaves(value: Any, path: tuple[str, ...]) -> "list[tuple[tuple[str, ...], Any]]":
    if isinstance(value, Mapping):
        return [leaf for name, each in value.items() for leaf in _leaves(each, (*path, name))]
    if isinstance(value, list):
        return [leaf for number, each in enumerate(value) for leaf in _leaves(each, (*path, str(number)))]
    return [] if value is None else [(path, value)]


def _text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float() if math.isfinite(value):
            return repr(value)
        case _:
            return str(value)

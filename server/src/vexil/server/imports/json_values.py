"""Values of items as the JSON that Vexil's documents are made of."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from vexil.core import jsontext
from vexil.server.imports.numbers import to_double
from vexil.server.imports.problem import ImportProblem


def to_json(value: Any) -> Any:
    """The value as JSON. Raises ImportProblem for binary data and for numbers that would change."""
    if isinstance(value, Mapping):
        return {name: _inside(f".{name}", item) for name, item in value.items()}
    if isinstance(value, list):
        return [_inside(f"[{index}]", item) for index, item in enumerate(value)]
    return _scalar(value)


def to_object(value: Any) -> dict[str, Any]:
    """The map as a JSON object that Vexil takes. Raises ImportProblem."""
    if not isinstance(value, Mapping):
        raise ImportProblem(f"must be a map, not {name_of(value)}")
    try:
        result = {name: _inside(name, item) for name, item in value.items()}
        jsontext.check(result)
    except jsontext.JsonProblem as problem:
        raise ImportProblem(str(problem)) from None
    except RecursionError:
        raise ImportProblem(f"nested deeper than {jsontext.MAX_DEPTH} levels") from None
    return result


def to_text(value: Any) -> str:
    """A value where Vexil has text: text as it is, anything else as JSON. Raises ImportProblem."""
    return value if isinstance(value, str) else jsontext.dump(to_json(value))


def name_of(value: Any) -> str:
    """What a value is called in a message. Its content is not shown: it may be a secret."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | Decimal():
            return "a number"
        case str():
            return "text" if value else "empty text"
        case bytes():
            return "binary data"
        case Mapping():
            return "a map"
    return "a list"


def _scalar(value: Any) -> Any:
    match value:
        case None | bool() | str():
            return value
        case int() | Decimal():
            return to_double(value)
    raise ImportProblem("binary data has no place in JSON")


def _inside(step: str, item: Any) -> Any:
    try:
        return to_json(item)
    except ImportProblem as problem:
        joint = "" if str(problem).startswith((".", "[")) else ": "
        raise ImportProblem(f"{step}{joint}{problem}") from None

"""JSON's kinds of value, by their names."""

from collections.abc import Mapping


def kind_of(value: object) -> str:
    """A JSON value's kind with its article: "text", "an object"."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case Mapping():
            return "an object"
        case _:
            return "an array"

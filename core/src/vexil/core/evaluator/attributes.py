"""Reading a context: attributes by name or path, and the plain value behind what is found.

A context in the SDK holds whatever the program put there. Operators compare only exact `str`, `int`, `float`
and `bool` objects, so that no foreign code runs.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from vexil.core.evaluation import EvaluationContext
from vexil.core.evaluator.compiled import Comparison

TARGETING_KEY = "targetingKey"
"""The name under which conditions see the targeting key."""

Reader = Callable[[EvaluationContext], Any]
"""Finds an attribute's value; None where it is missing or null."""

_ABSENT = object()
_SCALARS = frozenset({str, int, float, bool})


def is_top_level(attribute: str) -> bool:
    """Whether the attribute can only be a member of `context.attributes` itself."""
    return "." not in attribute and attribute != TARGETING_KEY


def reader(attribute: str) -> Reader:
    """The reader of an attribute: a top-level name, a path of names with dots, or `targetingKey`."""
    if attribute == TARGETING_KEY:
        return targeting_key
    if "." not in attribute:
        return lambda context: context.attributes.get(attribute)
    names = attribute.split(".")

    def read(context: EvaluationContext) -> Any:
        found: Any = context.attributes.get(attribute, _ABSENT)
        if found is not _ABSENT:
            return found
        found = context.attributes
        for name in names:
            if type(found) is not dict and not issubclass(type(found), Mapping):
                return None
            found = found.get(name)
        return found

    return read


def targeting_key(context: EvaluationContext) -> str | None:
    """The targeting key as an exact `str`. Raises TypeError when it is something else."""
    key: Any = context.targeting_key
    if key is None or type(key) is str:
        return key
    if issubclass(type(key), str):
        return str.__str__(key)
    raise TypeError("the targeting key is no str")


def complaint(context: object, problem: Exception) -> str:
    """What is wrong with a context whose reading raised, for people; without what it holds."""
    if not isinstance(context, EvaluationContext):
        return f"the context is of type {type(context).__name__}, not EvaluationContext"
    key: object = context.targeting_key
    if key is not None and not issubclass(type(key), str):
        return f"the targeting key is of type {type(key).__name__}, not str"
    if not issubclass(type(context.attributes), Mapping):
        return f"the attributes are of type {type(context.attributes).__name__}, not a mapping"
    if isinstance(problem, UnicodeEncodeError):
        return "the context holds text that is not valid Unicode"
    return f"reading the context raised {type(problem).__name__}"


def plain(value: Any) -> str | int | float | None:
    """The value as an exact builtin: subclasses of str, int and float lose theirs; None for all else."""
    kind = type(value)
    if kind in _SCALARS:
        return value  # type: ignore[no-any-return]
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    return None


def is_list(value: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether the value counts as a list."""
    return issubclass(type(value), (list, tuple))


def otherwise(holds: Comparison, value: Any, operands: Any) -> bool:
    """What a comparison says of a value whose exact type it does not take.

    A list holds when any element does; lists inside a list do not count. An instance of a subclass is
    compared as its plain value. Everything else does not hold.
    """
    if type(value) in _SCALARS:
        return False
    if is_list(value):
        for item in value:
            element = plain(item)
            if element is not None and holds(element, operands):
                return True
        return False
    found = plain(value)
    return found is not None and holds(found, operands)

"""Other values in the places of those that may be sensitive."""

from collections.abc import Callable
from dataclasses import replace

from vexil.core.frozen import FrozenDict
from vexil.core.resource import Resource
from vexil.core.setting import Definition, Setting
from vexil.core.value import Value, ValueType

Mapper = Callable[[str, Value], Value]
"""From a field's path (`value`, `variants/on`, `default`, `allowed/0`) and its value to another one."""


def is_secret(value: Value) -> bool:
    """Whether the value of a sensitive setting is one: a reference to a secret is none."""
    return value.type is not ValueType.SECRET


def marked(resource: Resource, *, sensitive: bool) -> Resource:
    """The resource whose values are sensitive, or are not; references to secrets never are."""

    def mark(_: str, value: Value) -> Value:
        return replace(value, sensitive=sensitive and is_secret(value))

    return mapped(resource, mark)


def mapped(resource: Resource, mapper: Mapper) -> Resource:
    """The resource with other values."""
    match resource:
        case Setting():
            return replace(
                resource,
                value=None if resource.value is None else mapper("value", resource.value),
                variants=FrozenDict(
                    (name, mapper(f"variants/{name}", value)) for name, value in resource.variants.items()
                )
                if resource.variants
                else resource.variants,
            )
        case Definition():
            allowed = tuple(
                mapper(f"allowed/{place}", value) for place, value in enumerate(resource.constraints.allowed)
            )
            return replace(
                resource,
                default=None if resource.default is None else mapper("default", resource.default),
                constraints=replace(resource.constraints, allowed=allowed),
            )
        case _:
            return resource

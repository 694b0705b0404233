"""Where in a resource there are values that may be sensitive."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from vexil.core.frozen import FrozenDict
from vexil.core.resource import Resource
from vexil.core.setting import Definition, Setting
from vexil.core.value import Encrypted, Value

Mapper = Callable[[str, Value], Value]
"""From a field's path and its value to another one."""


def values_of(resource: Resource) -> Iterator[Value]:
    """The values of a setting or a flag, and those that a definition names."""
    return (value for _, value in paths_of(resource))


def paths_of(resource: Resource) -> Iterator[tuple[str, Value]]:
    """The same, each with its field's path: `value`, `variants/on`, `default`, `allowed/0`."""
    match resource:
        case Setting():
            if resource.value is not None:
                yield "value", resource.value
            for name, value in resource.variants.items():
                yield f"variants/{name}", value
        case Definition():
            if resource.default is not None:
                yield "default", resource.default
            for place, value in enumerate(resource.constraints.allowed):
                yield f"allowed/{place}", value
        case _:
            pass


def is_sensitive(resource: Resource) -> bool:
    """Whether one of its values is."""
    return any(value.sensitive for value in values_of(resource))


def fingerprints_of(resource: Resource) -> dict[str, str]:
    """The fingerprints of its values that are encrypted, by their paths."""
    return {
        path: value.data.fingerprint
        for path, value in paths_of(resource)
        if isinstance(value.data, Encrypted) and value.data.fingerprint
    }


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

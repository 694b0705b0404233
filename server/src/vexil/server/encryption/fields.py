"""Marks on the values of a resource."""

from dataclasses import replace

from vexil.core.resource import Resource, ResourceChange, ResourceState
from vexil.core.sensitivity import mapped, values_of
from vexil.core.value import Value, ValueType


def is_secret(value: Value) -> bool:
    """Whether the value of a sensitive setting is one: a reference to a secret is none."""
    return value.type is not ValueType.SECRET


def marked(resource: Resource, *, sensitive: bool) -> Resource:
    """The resource whose values are sensitive, or are not; references to secrets never are."""

    def mark(_: str, value: Value) -> Value:
        return replace(value, sensitive=sensitive and is_secret(value))

    return mapped(resource, mark)


def has_unmarked(change: ResourceChange) -> bool:
    """Whether it holds a value that would be a secret if its setting were sensitive, and is not marked."""
    return isinstance(change, ResourceState) and any(
        is_secret(value) and not value.sensitive for value in values_of(change.resource)
    )

"""Where in a resource there are values that may be sensitive."""

from collections.abc import Iterator

from vexil.core.resource import Resource
from vexil.core.setting import Definition, Setting
from vexil.core.value import Value


def values_of(resource: Resource) -> Iterator[Value]:
    """The values of a setting or a flag, and those that a definition names."""
    match resource:
        case Setting():
            if resource.value is not None:
                yield resource.value
            yield from resource.variants.values()
        case Definition():
            if resource.default is not None:
                yield resource.default
            yield from resource.constraints.allowed
        case _:
            pass


def is_sensitive(resource: Resource) -> bool:
    """Whether one of its values is."""
    return any(value.sensitive for value in values_of(resource))

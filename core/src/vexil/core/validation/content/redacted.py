"""Checks of what stands for values."""

from collections.abc import Iterator

from vexil.core.resource import Resource
from vexil.core.setting import Definition, Setting
from vexil.core.validation.content.definitions import placed_values
from vexil.core.validation.findings import Finding
from vexil.core.value import Redacted, Value

_NOT_HELD = (
    "stands for a sensitive value that is not shown, and that this resource does not have, or not any more; "
    "send the value itself"
)


def check_known_values(resource: Resource) -> Iterator[Finding]:
    """That nothing stands for a value which is not known, after those that are known were restored."""
    for place, value in _places(resource):
        if isinstance(value.data, Redacted):
            yield Finding(place, _NOT_HELD)


def _places(resource: Resource) -> Iterator[tuple[str, Value]]:
    match resource:
        case Setting():
            yield from placed_values(resource)
        case Definition():
            if resource.default is not None:
                yield "default", resource.default
            for index, allowed in enumerate(resource.constraints.allowed):
                yield f"constraints.allowed[{index}]", allowed
        case _:
            pass

"""What settings and segments refer to."""

from dataclasses import dataclass

from vexil.core.resource import Kind, Resource
from vexil.core.setting import Segment, Setting
from vexil.core.validation.content.conditions import segments_of

REFERRING = (Kind.SETTING, Kind.SEGMENT)
"""The kinds whose references have to hold."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference; `field` is its path in the content, `variants` are those that a prerequisite needs."""

    field: str
    kind: Kind
    key: str
    variants: tuple[str, ...] = ()


def refers(resource: Resource) -> bool:
    """Whether the resource may refer to others; quick, and true wherever `references_of` finds any."""
    if type(resource) is Setting:
        return bool(resource.rules or resource.prerequisites)
    return type(resource) is Segment and bool(resource.conditions)


def references_of(resource: Resource) -> list[Reference]:
    """What a setting or a segment refers to."""
    found: list[Reference] = []
    if isinstance(resource, Setting):
        for index, prerequisite in enumerate(resource.prerequisites):
            place = f"prerequisites[{index}].key"
            found.append(Reference(place, Kind.SETTING, prerequisite.key, prerequisite.variants))
        for index, rule in enumerate(resource.rules):
            place = f"rules[{index}].condition"
            found += [
                Reference(field, Kind.SEGMENT, key) for field, key in segments_of(rule.condition, place)
            ]
    elif isinstance(resource, Segment):
        for index, condition in enumerate(resource.conditions):
            place = f"conditions[{index}]"
            found += [Reference(field, Kind.SEGMENT, key) for field, key in segments_of(condition, place)]
    return found

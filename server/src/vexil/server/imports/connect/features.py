"""`ConnectFeatureFlags`: key `featureName` and `environment`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vexil.core.change import Put
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Match, Operator, Rule, Segment, SegmentMatch, Setting
from vexil.core.value import Value
from vexil.server.imports.attributes import Attributes
from vexil.server.imports.flags import OFF, VARIANTS, rollout
from vexil.server.imports.problem import ImportProblem

_EVERYBODY = "all"

_CONFIGURATION = ".configuration"
"""Ends the key of the plain setting that holds a flag's free-form configuration.

A setting of its own keeps the flag a boolean in all environments, whether or not they configure it.
"""


@dataclass(frozen=True, slots=True)
class Feature:
    """A flag of one environment, the segments that it names, and its configuration."""

    key: str
    flag: Setting
    segments: Mapping[str, Segment]
    configuration: Mapping[str, Any]

    def in_environment(self, environment: str) -> tuple[Sequence[Put], Sequence[Put]]:
        """What is written, and the segments that have to be there for it."""
        puts = [Put(ResourceId(Kind.SETTING, environment, self.key), self.flag)]
        if self.configuration:
            key = self.key + _CONFIGURATION
            value = Setting(
                value=Value.of_json(self.configuration), description=f"What {self.key} works with."
            )
            puts.append(Put(ResourceId(Kind.SETTING, environment, key), value))
        needs = [
            Put(ResourceId(Kind.SEGMENT, environment, name), segment)
            for name, segment in self.segments.items()
        ]
        return puts, needs


def read_feature(item: Attributes, segment_attribute: str) -> Feature | None:
    """The flag; None where something is wrong, which stands in the item's problems."""
    key = item.needed("featureName")
    enabled = item.flag("enabled")
    if enabled is None and item.take("enabled") is None:
        item.refuse("enabled", "is missing")
    percentage = item.number("rolloutPercentage")
    segments = [name for name in item.texts("targetSegments") if name]
    configuration = item.document("configuration")
    description = _description(item)
    try:
        serve = rollout(100 if percentage is None else percentage)
    except ImportProblem as problem:
        item.refuse("rolloutPercentage", str(problem))
        return None
    if item.problems:
        return None
    targeted = bool(segments) and _EVERYBODY not in segments
    rules = (Rule(SegmentMatch(tuple(segments)), serve, id="target-segments"),) if targeted else ()
    flag = Setting(
        variants=VARIANTS,
        serve=OFF if targeted else serve,
        enabled=bool(enabled),
        off_variant=OFF,
        rules=rules,
        description=description,
    )
    made = {name: _segment(name, segment_attribute) for name in segments} if targeted else {}
    return Feature(key, flag, made, configuration)


def _segment(name: str, attribute: str) -> Segment:
    """Who is in a segment is not in the tables: contexts say it themselves."""
    condition = Match(attribute, Operator.EQUALS, (Value.of_string(name),))
    return Segment(conditions=(condition,), description=f"Contexts whose {attribute} is {name}.")


def _description(item: Attributes) -> str:
    """Who changed the flag last and when: the history here begins with the import."""
    when, who = item.text("lastModified"), item.text("modifiedBy")
    said = item.text("description")
    changed = " ".join(
        ["Last changed", *([when] if when else []), *([f"by {who}"] if who else [])] if when or who else []
    )
    return "\n".join(part for part in (said, changed) if part)

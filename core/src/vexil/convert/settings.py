"""Settings, segments, definitions: `vexil.core.setting` and `vexil/v1/setting.proto`."""

from vexil.convert.codec import Enumeration, Functions
from vexil.convert.oneof import OneOf
from vexil.convert.paths import invalid
from vexil.convert.records import Record
from vexil.convert.values import VALUE, VALUE_TYPES
from vexil.convert.wellknown import TIMESTAMP
from vexil.core import setting as model
from vexil.v1 import setting_pb2 as wire

OPERATORS: Enumeration[model.Operator] = Enumeration(model.Operator, wire.Operator, "OPERATOR")
LIFECYCLES: Enumeration[model.Lifecycle] = Enumeration(model.Lifecycle, wire.Lifecycle, "LIFECYCLE")

_MAX_LEVELS = 40
"""Parsers of protobuf stop at 100 messages inside each other, and a condition can take two for itself."""

_CONDITION = OneOf("kind")
_CONDITION.message("match", model.Match, Record(model.Match, wire.Match, operator=OPERATORS, operands=VALUE))
_CONDITION.message("segment", model.SegmentMatch, Record(model.SegmentMatch, wire.SegmentMatch))
_CONDITION.message("all", model.All, Record(model.All, wire.Conditions, conditions=_CONDITION))
_CONDITION.message("any", model.Any, Record(model.Any, wire.Conditions, conditions=_CONDITION))
_CONDITION.message(
    "not",
    model.Not,
    Functions(
        lambda message: model.Not(_CONDITION.read(message)),
        lambda message, value: _CONDITION.fill(message, value.condition),
    ),
)


def _fill_condition(message: wire.Condition, condition: model.Condition) -> None:
    level = [condition]
    for _ in range(_MAX_LEVELS):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return _CONDITION.fill(message, condition)
    raise invalid(f"conditions stand more than {_MAX_LEVELS} deep inside each other")


def _inside(condition: model.Condition) -> tuple[model.Condition, ...]:
    match condition:
        case model.All() | model.Any():
            return condition.conditions
        case model.Not():
            return (condition.condition,)
        case _:
            return ()


CONDITION = Functions(_CONDITION.read, _fill_condition)

_SPLIT = Record(model.Split, wire.Split, weights=Record(model.WeightedVariant, wire.WeightedVariant))

_SERVE = OneOf("kind")
_SERVE.text("variant", str)
_SERVE.message("split", model.Split, _SPLIT)

SETTING = Record(
    model.Setting,
    wire.Setting,
    value=VALUE,
    variants=VALUE,
    serve=_SERVE,
    prerequisites=Record(model.Prerequisite, wire.Prerequisite),
    targets=Record(model.Target, wire.Target),
    rules=Record(model.Rule, wire.Rule, condition=CONDITION, serve=_SERVE),
)

SEGMENT = Record(model.Segment, wire.Segment, conditions=CONDITION)

DEFINITION = Record(
    model.Definition,
    wire.Definition,
    type=VALUE_TYPES,
    constraints=Record(model.Constraints, wire.Constraints, allowed=VALUE),
    default=VALUE,
    lifecycle=LIFECYCLES,
    expires_at=TIMESTAMP,
)

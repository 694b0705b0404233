"""Settings, segments, definitions: `vexil.core.setting` and `vexil/v1/setting.proto`."""

from collections.abc import Mapping

from vexil.convert.codec import Codec, Enumeration, Functions
from vexil.convert.oneof import OneOf
from vexil.convert.paths import invalid
from vexil.convert.records import Record
from vexil.convert.values import OPERAND, REVEALED_VALUE, STORED_VALUE, VALUE, VALUE_TYPES
from vexil.convert.wellknown import TIMESTAMP
from vexil.core import setting as model
from vexil.v1 import setting_pb2 as wire

OPERATORS: Enumeration[model.Operator] = Enumeration(model.Operator, wire.Operator, "OPERATOR")
LIFECYCLES: Enumeration[model.Lifecycle] = Enumeration(model.Lifecycle, wire.Lifecycle, "LIFECYCLE")

_MAX_LEVELS = 40
"""Parsers of protobuf stop at 100 messages inside each other, and a condition can take two for itself."""

_CONDITION = OneOf("kind")
_MATCH = Record(model.Match, wire.Match, operator=OPERATORS, operands=OPERAND)
_CONDITION.message("match", model.Match, _MATCH)
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


def _setting(value: Codec) -> Record[model.Setting]:
    return Record(
        model.Setting,
        wire.Setting,
        value=value,
        variants=value,
        serve=_SERVE,
        prerequisites=Record(model.Prerequisite, wire.Prerequisite),
        targets=Record(model.Target, wire.Target),
        rules=Record(model.Rule, wire.Rule, condition=CONDITION, serve=_SERVE),
    )


def _definition(value: Codec) -> Record[model.Definition]:
    return Record(
        model.Definition,
        wire.Definition,
        type=VALUE_TYPES,
        constraints=Record(model.Constraints, wire.Constraints, allowed=value),
        default=value,
        lifecycle=LIFECYCLES,
        expires_at=TIMESTAMP,
    )


SETTING = _setting(VALUE)
DEFINITION = _definition(VALUE)

SEGMENT = Record(model.Segment, wire.Segment, conditions=CONDITION)

STORED: Mapping[type, Codec] = {
    model.Setting: _setting(STORED_VALUE),
    model.Definition: _definition(STORED_VALUE),
}
"""Of the kinds with values that may be sensitive, for the store."""

REVEALED: Mapping[type, Codec] = {
    model.Setting: _setting(REVEALED_VALUE),
    model.Definition: _definition(REVEALED_VALUE),
}
"""The same for those who may have sensitive values."""

SHOWN: Mapping[type, Codec] = {model.Setting: SETTING, model.Definition: DEFINITION}
"""The same for anybody else."""

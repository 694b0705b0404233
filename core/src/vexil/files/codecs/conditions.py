"""Conditions: `{attribute: plan, in: [beta, staff]}`, `{segment: beta}`, `all: […]`, `any: […]`, `not: …`."""

from typing import Any

from vexil.core import setting
from vexil.core.setting import All, Condition, Match, Not, Operator, SegmentMatch
from vexil.core.value import Value
from vexil.files.codecs.containers import ListOf, OneOrMore
from vexil.files.codecs.fields import Fields
from vexil.files.codecs.misfit import Misfit, name_of
from vexil.files.codecs.scalars import Text
from vexil.files.codecs.values import ValueCodec

IN = "in"
"""`in: [a, b]` reads better than `equals: [a, b]`; both are EQUALS with any number of operands."""

_OPERATORS = {**{operator.value: operator for operator in Operator}, IN: Operator.EQUALS}
_SEGMENT_KEYS = OneOrMore(Text())
_FORMS = ("attribute", "segment", "all", "any", "not")


class ConditionCodec:
    """One condition, with those inside it."""

    def decode(self, data: Any) -> Condition:
        """The condition."""
        if not isinstance(data, dict):
            hint = "; put several under all: or any:" if isinstance(data, list) else ""
            raise Misfit(
                f"must be a condition such as {{attribute: plan, equals: beta}}, not {name_of(data)}{hint}"
            )
        form = next((name for name in _FORMS if name in data), None)
        if form is None:
            raise Misfit(f"must have one of {', '.join(_FORMS)}")
        if form == "attribute":
            return _decode_match(data)
        fields = Fields(data, [form])
        condition: Condition
        match form:
            case "segment":
                condition = SegmentMatch(fields.take("segment", _SEGMENT_KEYS, ()))
            case "all":
                condition = All(fields.take("all", CONDITIONS, ()))
            case "any":
                condition = setting.Any(fields.take("any", CONDITIONS, ()))
            case _:
                condition = Not(fields.take("not", CONDITION, All(())))
        fields.done()
        return condition

    def encode(self, value: Condition) -> Any:
        """A mapping."""
        match value:
            case Match(attribute, operator, operands):
                name = IN if operator is Operator.EQUALS and len(operands) != 1 else operator.value
                return {"attribute": attribute, name: _OPERANDS.encode(operands)}
            case SegmentMatch(keys):
                return {"segment": _SEGMENT_KEYS.encode(keys)}
            case All(conditions):
                return {"all": CONDITIONS.encode(conditions)}
            case Not(condition):
                return {"not": self.encode(condition)}
        return {"any": CONDITIONS.encode(value.conditions)}

    def schema(self) -> dict[str, Any]:
        """A reference to the definition, since conditions nest."""
        return {"$ref": "#/$defs/condition"}


class _Operand(ValueCodec):
    """A value of a type that can be compared."""

    def decode(self, data: Any) -> Value:
        if isinstance(data, dict | list):
            raise Misfit(f"must be text, a number, true or false, not {name_of(data)}")
        return super().decode(data)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "boolean"]}


_OPERANDS = OneOrMore(_Operand())
CONDITION = ConditionCodec()
CONDITIONS = ListOf(CONDITION)


def condition_definition() -> dict[str, Any]:
    """The JSON Schema of a condition."""
    operand = {
        "type": ["string", "number", "boolean", "array"],
        "items": {"type": ["string", "number", "boolean"]},
    }
    match = {"attribute": {"type": "string"}, **dict.fromkeys(_OPERATORS, operand)}
    return {
        "oneOf": [
            _object(match, "attribute", minProperties=2, maxProperties=2),
            _object({"segment": _SEGMENT_KEYS.schema()}, "segment"),
            _object({"all": CONDITIONS.schema()}, "all"),
            _object({"any": CONDITIONS.schema()}, "any"),
            _object({"not": CONDITION.schema()}, "not"),
        ]
    }


def _decode_match(data: dict[str, Any]) -> Match:
    fields = Fields(data, ("attribute", *_OPERATORS))
    names = [name for name in data if name in _OPERATORS]
    if not names:
        fields.refuse("must have an operator, such as equals or in")
    if len(names) > 1:
        fields.refuse("must have one operator; put several conditions under all:")
    attribute = fields.take("attribute", Text(), "")
    operands = [fields.take(name, _OPERANDS, ()) for name in names]
    fields.done()
    return Match(attribute, _OPERATORS[names[0]], operands[0])


def _object(properties: dict[str, Any], required: str, **more: int) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": [required], **more}
    return {**schema, "additionalProperties": False}

"""Conditions of routing rules: `{attribute: customer_class, in: [gold, platinum]}`, or `always`."""

from typing import Any

from vexil.core.connect import RoutingCondition, RoutingOperator
from vexil.files.codecs.containers import OneOrMore
from vexil.files.codecs.fields import Codec, Fields
from vexil.files.codecs.misfit import Misfit, name_of
from vexil.files.codecs.scalars import Text

ALWAYS = "always"

_NO_ATTRIBUTE = "*"
"""What stands for the attribute where none is looked at, since the contract wants one."""


class _Operand(Text):
    """Text; a number is taken as its digits, since contact attributes are text."""

    def decode(self, data: Any) -> str:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        return str(data) if is_number else super().decode(data)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "number"]}


class _NoOperand:
    """`true`, for operators that take none."""

    def decode(self, data: Any) -> tuple[str, ...]:
        if data is not True:
            raise Misfit(f"takes no operand: must be true, not {name_of(data)}")
        return ()

    def encode(self, value: tuple[str, ...]) -> Any:
        return not value

    def schema(self) -> dict[str, Any]:
        return {"const": True}


_OPERANDS = OneOrMore(_Operand())
_NO_OPERAND = _NoOperand()
_OPERATORS = {**{operator.value: operator for operator in RoutingOperator}, "in": RoutingOperator.EQUALS}


class RoutingConditionCodec:
    """A test of one contact attribute."""

    def decode(self, data: Any) -> RoutingCondition:
        """The condition."""
        if data == ALWAYS:
            return RoutingCondition(_NO_ATTRIBUTE, RoutingOperator.ALWAYS)
        if not isinstance(data, dict):
            wanted = "a condition such as {attribute: language, equals: de}, or always"
            raise Misfit(f"must be {wanted}, not {name_of(data)}")
        fields = Fields(data, ("attribute", *_OPERATORS))
        if "attribute" not in fields:
            fields.refuse("the field 'attribute' is missing")
        names = [name for name in data if name in _OPERATORS]
        if len(names) != 1:
            fields.refuse(f"must have one operator of {', '.join(_OPERATORS)}")
        attribute = fields.take("attribute", Text(), "")
        operators = [(_OPERATORS[name], fields.take(name, _codec(name), ())) for name in names]
        fields.done()
        ((operator, values),) = operators
        return RoutingCondition(attribute, operator, values)

    def encode(self, value: RoutingCondition) -> Any:
        """Text for a plain `always`, otherwise a mapping."""
        if value == RoutingCondition(_NO_ATTRIBUTE, RoutingOperator.ALWAYS):
            return ALWAYS
        several = value.operator is RoutingOperator.EQUALS and len(value.values) != 1
        name = "in" if several else value.operator.value
        return {"attribute": value.attribute, name: _codec(name).encode(value.values)}

    def schema(self) -> dict[str, Any]:
        """A constant or an object."""
        properties = {name: _codec(name).schema() for name in _OPERATORS}
        condition = {
            "type": "object",
            "properties": {"attribute": {"type": "string"}, **properties},
            "required": ["attribute"],
            "minProperties": 2,
            "maxProperties": 2,
            "additionalProperties": False,
        }
        return {"oneOf": [{"const": ALWAYS}, condition]}


def _codec(operator: str) -> Codec[tuple[str, ...]]:
    return _NO_OPERAND if operator in (RoutingOperator.EXISTS.value, ALWAYS) else _OPERANDS

"""Targeting rules: `{id: staff, if: {attribute: plan, equals: staff}, serve: on}`."""

from typing import Any

from vexil.core.setting import All, Rule
from vexil.files.codecs.conditions import CONDITION
from vexil.files.codecs.fields import Fields
from vexil.files.codecs.scalars import Text
from vexil.files.codecs.serves import FIELDS, RolloutCodec, ServeCodec, encode_serve, take_serve

_NO_CONDITION = All(())


class RuleCodec:
    """One rule."""

    def decode(self, data: Any) -> Rule:
        """The rule."""
        fields = Fields(data, ("id", "description", "if", *FIELDS))
        if "if" not in fields:
            fields.refuse("the field 'if' is missing")
        if not any(name in fields for name in FIELDS):
            fields.refuse("one of the fields serve and rollout is missing")
        name = fields.take("id", Text(), "")
        description = fields.take("description", Text(), "")
        condition = fields.take("if", CONDITION, _NO_CONDITION)
        serve = take_serve(fields)
        fields.done()
        return Rule(condition, serve or "", name, description)

    def encode(self, value: Rule) -> Any:
        """A mapping."""
        names = {"id": value.id, "description": value.description}
        written = {name: text for name, text in names.items() if text}
        return {**written, "if": CONDITION.encode(value.condition), **encode_serve(value.serve)}

    def schema(self) -> dict[str, Any]:
        """An object."""
        return {
            "type": "object",
            "properties": {
                "id": {"type": "string"},
                "description": {"type": "string"},
                "if": CONDITION.schema(),
                "serve": ServeCodec().schema(),
                "rollout": RolloutCodec().schema(),
            },
            "required": ["if"],
            "additionalProperties": False,
        }

"""Definitions of settings; their constraints stand beside the other fields."""

from dataclasses import fields as dataclass_fields
from typing import Any

from vexil.core import jsontext
from vexil.core.setting import Constraints, Definition, Lifecycle
from vexil.core.value import ValueType
from vexil.files.codecs.containers import ListOf
from vexil.files.codecs.fields import Codec, Fields
from vexil.files.codecs.misfit import Misfit, name_of
from vexil.files.codecs.quantities import Integer, Number, Timestamp
from vexil.files.codecs.scalars import Boolean, Choice, Text
from vexil.files.codecs.values import VALUE_TYPE, ValueCodec


class _JsonDocument:
    """JSON text, or the document itself; written as the document where its text can be had back from it."""

    def decode(self, data: Any) -> str:
        if isinstance(data, str):
            return data
        if not isinstance(data, dict | bool):
            raise Misfit(f"must be a JSON document, or one as text, not {name_of(data)}")
        try:
            jsontext.check(data)
        except jsontext.JsonProblem as problem:
            raise Misfit(f"is not a JSON document: {problem}") from None
        return jsontext.dump(data)

    def encode(self, value: str) -> Any:
        try:
            document = jsontext.parse(value)
        except jsontext.JsonProblem:
            return value
        return document if isinstance(document, dict) and jsontext.dump(document) == value else value

    def schema(self) -> dict[str, Any]:
        return {"type": ["object", "string", "boolean"]}


JSON_DOCUMENT = _JsonDocument()
"""A JSON document kept as text."""

_CONSTRAINTS: dict[str, Codec[Any]] = {
    "minimum": Number(),
    "maximum": Number(),
    "min_length": Integer(),
    "max_length": Integer(),
    "pattern": Text(),
}
_MEMBERS: dict[str, Codec[Any]] = {
    "json_schema": JSON_DOCUMENT,
    "required": Boolean(),
    "sensitive": Boolean(),
    "description": Text(),
    "owner": Text(),
    "tags": ListOf(Text()),
    "lifecycle": Choice(Lifecycle),
    "expires_at": Timestamp(),
}
_DEFAULTS: dict[str, Any] = {field.name: field.default for field in dataclass_fields(Definition)}


class DefinitionCodec:
    """The definition of a setting key."""

    def decode(self, data: Any) -> Definition:
        """The definition."""
        fields = Fields(data, ("type", "default", "allowed", *_CONSTRAINTS, *_MEMBERS))
        if "type" not in fields:
            fields.refuse("the field 'type' is missing")
        type = fields.take("type", VALUE_TYPE, None)  # noqa: A001
        value = ValueCodec(type)
        bounds = {name: fields.take(name, codec, None) for name, codec in _CONSTRAINTS.items()}
        constraints = Constraints(**bounds, allowed=fields.take("allowed", ListOf(value), ()))
        default = fields.take("default", value, None) if "default" in fields else None
        members = {name: fields.take(name, codec, _DEFAULTS[name]) for name, codec in _MEMBERS.items()}
        fields.done()
        return Definition(type or ValueType.JSON, constraints=constraints, default=default, **members)

    def encode(self, value: Definition) -> Any:
        """A mapping of what is not at its default."""
        written: dict[str, Any] = {"type": str(value.type)}
        if value.default is not None:
            written["default"] = ValueCodec().encode(value.default)
        for name, codec in _CONSTRAINTS.items():
            if (bound := getattr(value.constraints, name)) is not None:
                written[name] = codec.encode(bound)
        if value.constraints.allowed:
            written["allowed"] = ListOf(ValueCodec()).encode(value.constraints.allowed)
        for name, codec in _MEMBERS.items():
            if (member := getattr(value, name)) != _DEFAULTS[name]:
                written[name] = codec.encode(member)
        return written

    def schema(self) -> dict[str, Any]:
        """An object."""
        return {
            "type": "object",
            "properties": {
                "type": VALUE_TYPE.schema(),
                "default": {},
                **{name: codec.schema() for name, codec in _CONSTRAINTS.items()},
                "allowed": {"type": "array"},
                **{name: codec.schema() for name, codec in _MEMBERS.items()},
            },
            "required": ["type"],
            "additionalProperties": False,
        }

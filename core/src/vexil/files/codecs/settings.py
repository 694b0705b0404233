"""Settings.

A plain setting is a bare value (`timeout: 2500`) or `{value: …}` with fields beside it. Anything that has
variants, rules or a rollout is a flag; one that names no variants has `on: true` and `off: false`.
"""

from collections.abc import Mapping
from typing import Any

from vexil.core.frozen import FrozenDict
from vexil.core.setting import Prerequisite, Setting, Target, no_variants
from vexil.core.value import Value, ValueType
from vexil.files.codecs.containers import ListOf, MapOf, OneOrMore, Pairs
from vexil.files.codecs.fields import Codec, Fields
from vexil.files.codecs.misfit import Misfit
from vexil.files.codecs.rules import RuleCodec
from vexil.files.codecs.scalars import Boolean, Text
from vexil.files.codecs.serves import OFF, ON, RolloutCodec, ServeCodec, encode_serve, take_serve
from vexil.files.codecs.values import VALUE_TYPE, ValueCodec, encode_value, is_inferred

_COMMON: Mapping[str, Codec[Any]] = {
    "description": Text(),
    "tags": ListOf(Text()),
    "enabled": Boolean(),
}
_OF_FLAGS: Mapping[str, Codec[Any]] = {
    "off_variant": Text(),
    "prerequisites": Pairs(Prerequisite, "key", "variants", OneOrMore(Text())),
    "targets": Pairs(Target, "variant", "targeting_keys", ListOf(Text())),
    "rules": ListOf(RuleCodec()),
    "salt": Text(),
}
_FLAG_FIELDS = ("variants", "serve", "rollout", *_OF_FLAGS)
_FIELDS = (*_COMMON, "type", "value", "secret", *_FLAG_FIELDS)
_UNSET = Setting()
_ON_OFF: Mapping[str, Value] = FrozenDict({ON: Value.of_bool(True), OFF: Value.of_bool(False)})


class SettingCodec:
    """A setting in any of its shapes."""

    def decode(self, data: Any) -> Setting:
        """The setting."""
        if not isinstance(data, dict):
            return Setting(value=ValueCodec().decode(data))
        if data and not any(name in _FIELDS for name in data):
            raise Misfit("has no field of a setting; a JSON value goes under value:")
        fields = Fields(data, _FIELDS)
        type = fields.take("type", VALUE_TYPE, None)  # noqa: A001
        if "value" in fields or "secret" in fields or not any(name in fields for name in _FLAG_FIELDS):
            setting = _decode_plain(fields, type)
        else:
            setting = _decode_flag(fields, type)
        fields.done()
        return setting

    def encode(self, value: Setting) -> Any:
        """The bare value where that says all, otherwise a mapping."""
        written = {
            name: codec.encode(getattr(value, name))
            for name, codec in _COMMON.items()
            if getattr(value, name) != getattr(_UNSET, name)
        }
        if value.value is not None:
            plain = _encode_plain(value.value)
            bare = plain.get("value")
            return bare if len(plain) == 1 and not written and _is_bare(bare) else written | plain
        if any(not is_inferred(variant) for variant in value.variants.values()):
            written["type"] = str(value.type)
        written["variants"] = {name: encode_value(variant) for name, variant in value.variants.items()}
        if value.serve is not None:
            written |= encode_serve(value.serve)
        return written | {
            name: codec.encode(getattr(value, name))
            for name, codec in _OF_FLAGS.items()
            if getattr(value, name) != getattr(_UNSET, name)
        }

    def schema(self) -> dict[str, Any]:
        """Anything but null; the fields that an object may have."""
        return {
            "type": ["string", "number", "boolean", "array", "object"],
            "properties": {
                **{name: codec.schema() for name, codec in _COMMON.items()},
                "type": VALUE_TYPE.schema(),
                "value": {},
                "secret": {"type": "string"},
                "variants": {"type": "object"},
                "serve": ServeCodec().schema(),
                "rollout": RolloutCodec().schema(),
                **{name: codec.schema() for name, codec in _OF_FLAGS.items()},
            },
            "additionalProperties": False,
        }


def _decode_plain(fields: Fields, type: ValueType | None) -> Setting:  # noqa: A002
    for name in _FLAG_FIELDS:
        if name in fields:
            fields.refuse("has no place beside a plain value; a flag has variants:", name)
    if "secret" in fields:
        if "value" in fields or type not in (None, ValueType.SECRET):
            fields.refuse("excludes value: and any type: but secret", "secret")
        value = fields.take("secret", ValueCodec(ValueType.SECRET), None)
    else:
        if "value" not in fields:
            fields.refuse("needs value:, secret:, or variants: and serve:")
        value = fields.take("value", ValueCodec(type), None)
    return Setting(value=value, **_take(fields, _COMMON))


def _decode_flag(fields: Fields, type: ValueType | None) -> Setting:  # noqa: A002
    members = _take(fields, _COMMON) | _take(fields, _OF_FLAGS)
    serve = take_serve(fields)
    if "variants" in fields:
        variants = fields.take("variants", MapOf(ValueCodec(type)), no_variants())
        types = {name: variant.type for name, variant in variants.items()}
        if len({*types.values()}) > 1:
            listed = ", ".join(f"{name} is {found}" for name, found in types.items())
            fields.refuse(f"must have one type, and {listed}; say which by type:", "variants")
        if "serve" not in fields and "rollout" not in fields:
            fields.refuse("one of the fields serve and rollout is missing")
    else:
        variants = _ON_OFF
        if type not in (None, ValueType.BOOL):
            fields.refuse(f"a flag of type {type} must name its variants:")
        serve = serve or OFF
        members.setdefault("off_variant", OFF)
    return Setting(variants=variants, serve=serve, **members)


def _take(fields: Fields, codecs: Mapping[str, Codec[Any]]) -> dict[str, Any]:
    return {
        name: fields.take(name, codec, getattr(_UNSET, name))
        for name, codec in codecs.items()
        if name in fields
    }


def _encode_plain(value: Value) -> dict[str, Any]:
    if value.type is ValueType.SECRET:
        return {"secret": encode_value(value)}
    if is_inferred(value):
        return {"value": encode_value(value)}
    return {"type": str(value.type), "value": encode_value(value)}


def _is_bare(data: Any) -> bool:
    return data is not None and not isinstance(data, dict)

"""What is served: `serve: on`, `serve: {split: {on: 1, off: 3}}`, or `rollout: 25`."""

from typing import Any

from vexil.core.setting import Serve, Split, WeightedVariant
from vexil.files.codecs.containers import Pairs
from vexil.files.codecs.fields import Fields
from vexil.files.codecs.misfit import Misfit, name_of
from vexil.files.codecs.quantities import Integer, Number, whole
from vexil.files.codecs.scalars import Text

FIELDS = ("serve", "rollout")
"""The two fields that say what is served; one of them is given."""

ON, OFF = "on", "off"
"""The variants of a rollout that names none."""

ROLLOUT_TOTAL = 100_000
"""The sum of a rollout's weights. It never changes, so that raising a percentage keeps everyone who is in."""

_STEPS_PER_PERCENT = ROLLOUT_TOTAL // 100


def take_serve(fields: Fields) -> Serve | None:
    """What the mapping says is served, by either field; None: by neither."""
    if "serve" in fields and "rollout" in fields:
        fields.refuse("serve: and rollout: exclude each other", "rollout")
    split = fields.take("rollout", RolloutCodec(), None)
    return split or fields.take("serve", ServeCodec(), None)


def encode_serve(serve: Serve) -> dict[str, Any]:
    """The field that says so; a split that a rollout can express is written as one."""
    if isinstance(serve, Split) and is_rollout(serve):
        return {"rollout": RolloutCodec().encode(serve)}
    return {"serve": ServeCodec().encode(serve)}


def is_rollout(split: Split) -> bool:
    """Whether the split is what a rollout makes."""
    return len(split.weights) == 2 and sum(share.weight for share in split.weights) == ROLLOUT_TOTAL


class ServeCodec:
    """A variant's name, or `{split: {name: weight, …}, bucket_by: attribute}`."""

    def decode(self, data: Any) -> Serve:
        """The variant or the split."""
        if isinstance(data, str):
            return Text().decode(data)
        if not isinstance(data, dict):
            could_be_name = isinstance(data, bool | int | float)
            hint = f'; write "{str(data).lower()}" in quotes' if could_be_name else ""
            raise Misfit(f"must be the name of a variant or {{split: {{…}}}}, not {name_of(data)}{hint}")
        fields = Fields(data, ("split", "bucket_by"))
        if "split" not in fields:
            fields.refuse("the field 'split' is missing")
        weights = fields.take("split", _WEIGHTS, ())
        bucket_by = fields.take("bucket_by", Text(), None)
        fields.done()
        return Split(weights, bucket_by)

    def encode(self, value: Serve) -> Any:
        """Text or a mapping."""
        if not isinstance(value, Split):
            return value
        split: dict[str, Any] = {"split": _WEIGHTS.encode(value.weights)}
        if value.bucket_by is not None:
            split["bucket_by"] = value.bucket_by
        return split

    def schema(self) -> dict[str, Any]:
        """A string or an object."""
        return {
            "type": ["string", "object"],
            "properties": {"split": _WEIGHTS.schema(), "bucket_by": {"type": "string"}},
            "required": ["split"],
            "additionalProperties": False,
        }


class RolloutCodec:
    """A percentage, or `{percent: 12.5, variant: on, otherwise: off, bucket_by: attribute}`."""

    def decode(self, data: Any) -> Split:
        """A split with the growing variant first."""
        fields = Fields(data if isinstance(data, dict) else {"percent": data}, _ROLLOUT_FIELDS)
        if "percent" not in fields:
            fields.refuse("the field 'percent' is missing")
        weight = fields.take("percent", _Percent(), 0)
        variant = fields.take("variant", Text(), ON)
        otherwise = fields.take("otherwise", Text(), OFF)
        bucket_by = fields.take("bucket_by", Text(), None)
        if not isinstance(data, dict):
            # The percentage itself is at fault, not a field of it.
            fields.problems = [((), message) for _, message in fields.problems]
        fields.done()
        rest = WeightedVariant(otherwise, ROLLOUT_TOTAL - weight)
        return Split((WeightedVariant(variant, weight), rest), bucket_by)

    def encode(self, value: Split) -> Any:
        """A mapping, or the percentage alone where that says all; of a split that `is_rollout`."""
        growing, rest = value.weights
        percent = _Percent().encode(growing.weight)
        if (growing.variant, rest.variant, value.bucket_by) == (ON, OFF, None):
            return percent
        rollout = {"percent": percent, "variant": growing.variant, "otherwise": rest.variant}
        return rollout if value.bucket_by is None else {**rollout, "bucket_by": value.bucket_by}

    def schema(self) -> dict[str, Any]:
        """A number or an object."""
        percent = _Percent().schema()
        return {
            "type": ["number", "object"],
            **{name: limit for name, limit in percent.items() if name != "type"},
            "properties": {"percent": percent, **{name: {"type": "string"} for name in _ROLLOUT_FIELDS[1:]}},
            "required": ["percent"],
            "additionalProperties": False,
        }


_ROLLOUT_FIELDS = ("percent", "variant", "otherwise", "bucket_by")


class _Percent:
    """A percentage in steps of 0.001, as a weight out of ROLLOUT_TOTAL."""

    def decode(self, data: Any) -> int:
        percent = Number().decode(data)
        weight = round(percent * _STEPS_PER_PERCENT)
        if not 0 <= percent <= 100:
            raise Misfit(f"must be a percentage from 0 to 100, not {data}")
        if weight / _STEPS_PER_PERCENT != percent:
            raise Misfit(f"must be a percentage in steps of 0.001, not {data}")
        return weight

    def encode(self, value: int) -> Any:
        return whole(value / _STEPS_PER_PERCENT)

    def schema(self) -> dict[str, Any]:
        return {"type": "number", "minimum": 0, "maximum": 100}


class _Weight(Integer):
    """A weight: a whole number."""

    def decode(self, data: Any) -> int:
        if isinstance(data, float):
            raise Misfit(f"must be a whole number, not {data}; for a percentage use rollout:")
        return super().decode(data)


_WEIGHTS = Pairs(WeightedVariant, "variant", "weight", _Weight())

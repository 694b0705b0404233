"""Flags that are on or off, as other systems have them."""

from decimal import Decimal

from vexil.core.setting import Serve, Setting, Split, WeightedVariant
from vexil.core.value import Value
from vexil.server.imports.numbers import Number
from vexil.server.imports.problem import ImportProblem

ON, OFF = "on", "off"

VARIANTS = {ON: Value.of_bool(True), OFF: Value.of_bool(False)}
"""The variants of every imported flag."""


def switch(*, enabled: bool, description: str = "") -> Setting:
    """A flag that is on while it is enabled, for everybody."""
    return Setting(variants=VARIANTS, serve=ON, off_variant=OFF, enabled=enabled, description=description)


def rollout(percentage: Number) -> Serve:
    """What a rollout to that share serves, "on" first: raising it keeps everybody who is in.

    Raises ImportProblem outside 0 to 100, and for more decimals than weights have room for.
    """
    share = Decimal(percentage)
    if not 0 <= share <= 100:
        raise ImportProblem(f"must be from 0 to 100, not {percentage}")
    if share in (0, 100):
        return ON if share else OFF
    exponent = share.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    if decimals > 6:
        raise ImportProblem(f"has {decimals} decimals; at most 6 are kept")
    scale = 10**decimals
    weight = int(share * scale)
    return Split((WeightedVariant(ON, weight), WeightedVariant(OFF, 100 * scale - weight)))

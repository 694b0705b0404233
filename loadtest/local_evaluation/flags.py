"""The flags of `cases`, as Vexil has them."""

from collections.abc import Iterable, Iterator

from loadtest.local_evaluation.cases import AGE, COUNTRIES, COUNTRY_LIST, EMAIL, PLAN, VERSION
from vexil.core.change import Put
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Match, Operator, Rule, Serve, Setting, Split, WeightedVariant
from vexil.core.value import Value


def flags(environment: str) -> Iterator[Put]:
    """The changes that make the four flags in an environment."""
    rules = (Match("country", Operator.EQUALS, (Value.of_string(country),)) for country in COUNTRIES)
    mixed = (
        Match("plan", Operator.EQUALS, (Value.of_string(PLAN),)),
        Match("age", Operator.GREATER_THAN, (Value.of_int(AGE),)),
        Match("version", Operator.SEMVER_GREATER_THAN, (Value.of_string(VERSION),)),
        Match("email", Operator.CONTAINS, (Value.of_string(EMAIL),)),
        Match("country", Operator.EQUALS, tuple(map(Value.of_string, COUNTRY_LIST))),
    )
    half = Split((WeightedVariant("on", 50), WeightedVariant("off", 50)))
    for key, setting in (
        ("fixed", _flag("on")),
        ("rules", _flag("off", rules)),
        ("rollout", _flag(half)),
        ("mixed", _flag("off", mixed)),
    ):
        yield Put(ResourceId(Kind.SETTING, environment, key), setting)


def _flag(serve: Serve, conditions: Iterable[Match] = ()) -> Setting:
    """A boolean flag with one rule for each condition; the last one's is on."""
    matches = list(conditions)
    return Setting(
        variants={"on": Value.of_bool(True), "off": Value.of_bool(False)},
        serve=serve,
        rules=tuple(
            Rule(match, "on" if i == len(matches) - 1 else "off", id=f"r{i}")
            for i, match in enumerate(matches)
        ),
    )

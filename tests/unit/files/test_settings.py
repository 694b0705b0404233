"""How settings may be written."""

from typing import Any

import pytest

from tests.unit.files.reading import problems_of, read_one
from vexil.core.setting import Prerequisite, Rule, SegmentMatch, Setting, Split, Target, WeightedVariant
from vexil.core.value import Value, ValueType

ON_OFF = {"on": Value.of_bool(True), "off": Value.of_bool(False)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2500", Value.of_int(2500)),
        ("-9223372036854775808", Value.of_int(-(2**63))),
        ("hello", Value.of_string("hello")),
        ("'2500'", Value.of_string("2500")),
        ("on", Value.of_string("on")),
        ("true", Value.of_bool(True)),
        ("1.0", Value.of_double(1.0)),
        ("1e3", Value.of_double(1000.0)),
        ("[a, 1, 1.0]", Value.of_json(["a", 1, 1.0])),
        ("{value: {a: 1}}", Value.of_json({"a": 1})),
        ("{value: 1, description: one}", Value.of_int(1)),
        ("{type: double, value: 1}", Value.of_double(1.0)),
        ("{type: json, value: null}", Value.of_json(None)),
        ("{type: json, value: text}", Value.of_json("text")),
        ("{type: secret, value: 'vault:app/db#key'}", Value.of_secret("vault:app/db#key")),
        ("{secret: 'env:API_KEY'}", Value.of_secret("env:API_KEY")),
        ("{type: secret, secret: 'env:API_KEY'}", Value.of_secret("env:API_KEY")),
    ],
)
def test_plain_setting_has_the_type_of_its_text(text: str, value: Value) -> None:
    setting = read_one("settings", text)
    assert isinstance(setting, Setting)
    assert setting.value == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; for JSON's null write {type: json, value: null}"),
        ("{a: 1}", "has no field of a setting; a JSON value goes under value:"),
        ("{}", "needs value:, secret:, or variants: and serve:"),
        ("{value: 1, valeu: 2}", "unknown field 'valeu'; did you mean 'value'?"),
        ("{type: int, value: 1.0}", "must be a whole number, not the number 1.0"),
        ("{type: string, value: 1}", "must be text, not the number 1"),
        ("{type: bool, value: on}", "must be true or false, not text of 2 characters"),
        ("{type: double, value: 9007199254740993}", "must be a number that a double can hold exactly"),
        ("{type: integer, value: 1}", "unknown choice 'integer'; did you mean 'int'?"),
        ("9223372036854775808", "must be an integer of 64 bits, not the number 9223372036854775808"),
        (".nan", "must be a finite number, not nan"),
        ("{value: [.inf]}", "is not a JSON value: inf is not a JSON number"),
        ("{value: [9007199254740993]}", "outside ±(2^53-1)"),
        ("{value: 1, secret: 'env:A'}", "excludes value: and any type: but secret"),
        ("{type: int, secret: 'env:A'}", "excludes value: and any type: but secret"),
        ("{value: 1, serve: on}", "has no place beside a plain value; a flag has variants:"),
        ("{secret: hunter2}", "the reference is none of arn:aws:secretsmanager"),
    ],
)
def test_plain_setting_that_is_none_is_explained(text: str, said: str) -> None:
    problems = problems_of(f"namespace: shop\nenvironment: prod\nsettings:\n  k: {text}\n")
    assert any(said in problem for problem in problems), problems


def test_flag_is_read_in_full() -> None:
    setting = read_one(
        "settings",
        """
        description: The new checkout
        tags: [checkout]
        variants: {on: true, off: false}
        serve: {split: {on: 10, off: 90}, bucket_by: org}
        off_variant: off
        enabled: false
        salt: pepper
        prerequisites: {payments: on, cart: [v2, v3]}
        targets: {on: [user-1, user-2]}
        rules:
          - id: staff
            description: Everyone here
            if: {segment: staff}
            serve: on
          - if: {segment: [beta, alpha]}
            rollout: 50
        """,
    )
    half = Split((WeightedVariant("on", 50_000), WeightedVariant("off", 50_000)))
    assert setting == Setting(
        variants=ON_OFF,
        serve=Split((WeightedVariant("on", 10), WeightedVariant("off", 90)), "org"),
        enabled=False,
        off_variant="off",
        prerequisites=(Prerequisite("payments", ("on",)), Prerequisite("cart", ("v2", "v3"))),
        targets=(Target("on", ("user-1", "user-2")),),
        rules=(
            Rule(SegmentMatch(("staff",)), "on", "staff", "Everyone here"),
            Rule(SegmentMatch(("beta", "alpha")), half),
        ),
        salt="pepper",
        description="The new checkout",
        tags=("checkout",),
    )


@pytest.mark.parametrize("text", ["{rollout: 0}", "{rules: []}", "{serve: on}", "{type: bool, rollout: 0}"])
def test_flag_without_variants_is_on_or_off(text: str) -> None:
    setting = read_one("settings", text)
    assert isinstance(setting, Setting)
    assert setting.variants == ON_OFF
    assert setting.off_variant == "off"


def test_flag_without_variants_serves_off_where_nothing_is_said() -> None:
    setting = read_one("settings", "rules: [{if: {segment: staff}, serve: on}]")
    assert isinstance(setting, Setting)
    assert setting.serve == "off"


def test_flag_with_variants_has_no_off_variant_of_its_own() -> None:
    setting = read_one("settings", "{variants: {a: 1, b: 2}, serve: a}")
    assert isinstance(setting, Setting)
    assert setting.off_variant is None


@pytest.mark.parametrize(
    ("text", "weights", "bucket_by"),
    [
        ("12.5", {"on": 12_500, "off": 87_500}, None),
        ("0", {"on": 0, "off": 100_000}, None),
        ("100", {"on": 100_000, "off": 0}, None),
        ("0.001", {"on": 1, "off": 99_999}, None),
        ("33.3", {"on": 33_300, "off": 66_700}, None),
        ("{percent: 5, bucket_by: org}", {"on": 5_000, "off": 95_000}, "org"),
        ("{percent: 5, variant: off, otherwise: on}", {"off": 5_000, "on": 95_000}, None),
    ],
)
def test_rollout_has_the_growing_variant_first_and_one_total(
    text: str, weights: dict[str, int], bucket_by: str | None
) -> None:
    # Only so does raising the percentage keep everyone who is in.
    setting = read_one("settings", f"rollout: {text}")
    assert isinstance(setting, Setting)
    shares = tuple(WeightedVariant(name, weight) for name, weight in weights.items())
    assert setting.serve == Split(shares, bucket_by)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{variants: {a: 1, b: 2}}", "one of the fields serve and rollout is missing"),
        (
            "{variants: {a: 1, b: 1.5}, serve: a}",
            "and a is int, b is double; say which by type:",
        ),
        ("{variants: {a: 1, b: 2}, serve: c}", "there is no variant 'c'; variants: a, b"),
        ("{variants: {a: 1, b: 2}, serve: a, rollout: 5}", "serve: and rollout: exclude each other"),
        ("{variants: {a: 1, b: 2}, rollout: 5}", "there is no variant 'on'; variants: a, b"),
        ("{variants: {a: 1}, serve: a}", "must have at least 2"),
        ("{serve: true}", 'must be the name of a variant or {split: {…}}, not true; write "true" in quotes'),
        ("{serve: {splt: {on: 1}}}", "unknown field 'splt'; did you mean 'split'?"),
        (
            "{serve: {split: {on: 12.5, off: 87.5}}}",
            "not 12.5; for a percentage use rollout:",
        ),
        ("{serve: {split: {on: -1, off: 1}}}", "must be from 0 to 2147483647, not -1"),
        ("{serve: {split: {on: 0, off: 0}}}", "must have a sum from 1 to 2147483647, not 0"),
        (
            "{serve: {split: {on: 2147483647, off: 1}}}",
            "to 2147483647, not 2147483648",
        ),
        ("{serve: {split: {}}}", "must not be empty"),
        ("{rollout: 101}", "must be a percentage from 0 to 100, not 101"),
        ("{rollout: .nan}", "must be a finite number, not the number nan"),
        ("{rollout: 0.0005}", "must be a percentage in steps of 0.001, not 0.0005"),
        ("{rollout: lots}", "must be a number, not the text 'lots'"),
        ("{rollout: {variant: on}}", "the field 'percent' is missing"),
        ("{type: string, rollout: 5}", "a flag of type string must name its variants:"),
        ("{rules: [{serve: on}]}", "the field 'if' is missing"),
        ("{rules: [{if: {segment: a}}]}", "one of the fields serve and rollout is missing"),
        ("{rules: [{if: {segment: a}, server: on}]}", "unknown field 'server'; did you mean 'serve'?"),
        ("{rules: {if: {segment: a}}}", "must be a list, not a mapping"),
        ("{rules: [{id: 'rules[0]', if: {segment: a}, serve: on}]}", "choose another"),
        ("{targets: {maybe: [user-1]}}", "there is no variant 'maybe'; variants: on, off"),
        ("{targets: {on: user-1}}", "must be a list, not the text 'user-1'"),
        ("{targets: {on: [1]}}", 'must be text, not the number 1; write "1" in quotes'),
        ("{off_variant: nope}", "there is no variant 'nope'; variants: on, off"),
        ("{enabled: off}", "must be true or false, not the text 'off'"),
        ("{tags: [a, a], serve: on}", "has 'a' 2 times"),
    ],
)
def test_flag_that_is_none_is_explained(text: str, said: str) -> None:
    problems = problems_of(f"namespace: shop\nenvironment: prod\nsettings:\n  k: {text}\n")
    assert any(said in problem for problem in problems), problems


def test_lists_keep_what_a_mapping_can_not() -> None:
    setting: Any = read_one(
        "settings",
        """
        serve: {split: [{variant: on, weight: 1}, {variant: off, weight: 2}, {variant: on, weight: 3}]}
        targets: [{variant: on, targeting_keys: [a]}, {variant: on, targeting_keys: [b]}]
        prerequisites: [{key: other, variants: [on]}, {key: other, variants: [off]}]
        """,
    )
    assert [share.variant for share in setting.serve.weights] == ["on", "off", "on"]
    assert setting.targets == (Target("on", ("a",)), Target("on", ("b",)))
    assert setting.prerequisites == (Prerequisite("other", ("on",)), Prerequisite("other", ("off",)))


def test_variants_of_one_type_may_need_to_say_it() -> None:
    setting: Any = read_one("settings", "{type: double, variants: {low: 1, high: 1.5}, serve: low}")
    assert {value.type for value in setting.variants.values()} == {ValueType.DOUBLE}

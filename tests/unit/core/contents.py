"""Contents at the limits of the contract, and beyond them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.unit.core.committing import ON_OFF, flag, plain
from vexil.core.resource import Environment, Namespace, Resource
from vexil.core.setting import (
    All,
    Condition,
    Match,
    Not,
    Operator,
    Prerequisite,
    Rule,
    Segment,
    SegmentMatch,
    Setting,
    Split,
    Target,
    WeightedVariant,
)
from vexil.core.value import SecretReference, Value, ValueType

OPERANDS = "rules[0].condition.match.operands"
STAFF = SegmentMatch(("staff",))
TEXT = Value.of_string("a")


def with_(**fields: Any) -> Setting:
    """A flag with these fields instead."""
    return replace(flag(), **fields)


def _on(condition: Condition) -> Setting:
    return with_(rules=(Rule(condition, "on"),))


def nested(depth: int) -> Condition:
    """Conditions so deep inside each other."""
    return STAFF if depth == 1 else Not(nested(depth - 1))


def _split(*weights: int, bucket_by: str | None = None) -> Setting:
    shares = [
        WeightedVariant(name, weight) for name, weight in zip(("on", "off", "on"), weights, strict=False)
    ]
    return with_(serve=Split(tuple(shares), bucket_by))


def _match(operator: Operator, *operands: Value) -> Setting:
    return _on(Match("a", operator, operands))


def _ids(*ids: str) -> Setting:
    return with_(rules=tuple(Rule(STAFF, "on", id) for id in ids))


NAMES = [f"v{index}" for index in range(101)]
MANY = dict.fromkeys(NAMES, TEXT)


AT_LIMITS: Sequence[Resource] = [
    plain(1),
    replace(plain(1), enabled=False, description="x" * 4096, tags=tuple(NAMES[:32])),
    replace(plain(1), tags=("t" * 64,)),
    Setting(value=Value.of_string("x" * 262_144)),
    Setting(value=Value.of_string("ä" * 131_072)),
    Setting(value=Value.of_json("x" * 262_142)),
    Setting(value=Value.of_int(-(2**63))),
    Setting(value=Value.of_double(-0.0)),
    Setting(value=Value.of_secret("file:" + "x" * 2043)),
    Setting(variants=dict.fromkeys(NAMES[:100], TEXT), serve="v0"),
    Setting(variants={"x" * 128: TEXT, "y": TEXT}, serve="y"),
    with_(salt="x" * 256, off_variant="on"),
    _split(0, 1),
    _split(2**31 - 1),
    _split(1, 2, 3, bucket_by="x" * 256),
    with_(targets=(Target("on", tuple(f"u{index}" for index in range(10_000))),)),
    with_(targets=(Target("on", ("x" * 1024, "")),) * 100),
    _ids("x" * 128, "", "", "rule[0]", "rules[x]"),
    with_(rules=(Rule(STAFF, "on", description="x" * 1024),) * 200),
    _on(nested(16)),
    _on(All((STAFF,) * 100)),
    _on(SegmentMatch(tuple(NAMES[:100]))),
    _match(Operator.EQUALS, *[Value.of_int(index) for index in range(10_000)]),
    _match(Operator.EXISTS),
    _match(Operator.MATCHES, Value.of_string("a" * 1000)),
    Segment(included=tuple(f"u{index}" for index in range(10_000)), conditions=(STAFF,) * 100),
    Segment(),
    Namespace("x" * 4096, "x" * 256),
    Environment("a" * 63, "x" * 4096),
]
"""Every one is valid."""

BEYOND: Sequence[tuple[Resource, str, str]] = [
    (Setting(), "", "must have a value, or variants and serve"),
    (Setting(serve="on"), "", "must have a value, or variants and serve"),
    (replace(plain(1), serve="on"), "serve", "must not be set beside a plain value"),
    (replace(plain(1), variants=ON_OFF), "variants", "must not be set beside a plain value"),
    (replace(plain(1), off_variant="on"), "off_variant", "must not be set beside a plain value"),
    (replace(plain(1), salt=""), "salt", "must not be set beside a plain value"),
    (replace(plain(1), description="x" * 4097), "description", "has 4097 characters; at most 4096"),
    (replace(plain(1), tags=tuple(NAMES[:33])), "tags", "has 33 items; at most 32"),
    (replace(plain(1), tags=("t" * 65,)), "tags[0]", "has 65 characters; at most 64"),
    (replace(plain(1), tags=("a", "")), "tags[1]", "must not be empty"),
    (replace(plain(1), tags=("a", "b", "a")), "tags", "has 'a' 2 times"),
    (
        Setting(value=Value.of_string("x" * 262_145)),
        "value",
        "has 262145 bytes; a value may have at most 262144",
    ),
    (Setting(value=Value.of_string("ä" * 131_073)), "value", "has 262146 bytes"),
    (Setting(value=Value.of_json(["x" * 262_144])), "value", "has 262148 bytes"),
    (Setting(value=Value.of_string("\ud800")), "value", "lone surrogate"),
    (Setting(value=Value.of_int(2**63)), "value", "must be an integer of 64 bits"),
    (Setting(value=Value.of_double(float("nan"))), "value", "must be a finite number, not nan"),
    (Setting(value=Value.of_double(float("-inf"))), "value", "must be a finite number, not -inf"),
    (Setting(value=Value(ValueType.INT, "1")), "value", "is a str, not of type int"),
    (Setting(value=Value(ValueType.INT, True)), "value", "is a bool, not of type int"),
    (Setting(value=Value(ValueType.DOUBLE, 1)), "value", "is a int, not of type double"),
    (Setting(value=Value(ValueType.BOOL, 1)), "value", "is a int, not of type bool"),
    (Setting(value=Value(ValueType.JSON, {1: 2})), "value", "is not a string"),
    (Setting(value=Value(ValueType.JSON, 2**53)), "value", "outside ±(2^53-1)"),
    (Setting(value=Value(ValueType.SECRET, "env:A")), "value", "is a str, not of type secret"),
    (
        Setting(value=Value(ValueType.SECRET, SecretReference("hunter2"))),
        "value",
        "the secret itself has no place here",
    ),
    (Setting(value=Value.of_secret("env:" + "x" * 2045)), "value", "has 2049 bytes; at most 2048"),
    (Setting(variants={"on": TEXT}, serve="on"), "variants", "must have at least 2"),
    (Setting(variants=MANY, serve="v0"), "variants", "has 101 items; at most 100"),
    (Setting(variants=ON_OFF), "serve", "must say what is served when nothing else decides"),
    (
        Setting(variants={"a": TEXT, "b": Value.of_int(1)}, serve="a"),
        "variants",
        "must all have one type: a is string, b is int",
    ),
    (Setting(variants={"": TEXT, "b": TEXT}, serve="b"), 'variants[""]', "must not be empty"),
    (
        Setting(variants={"a": Value.of_string("x" * 262_145), "b": TEXT}, serve="b"),
        'variants["a"]',
        "has 262145 bytes",
    ),
    (with_(serve="maybe"), "serve.variant", "there is no variant 'maybe'; variants: on, off"),
    (with_(off_variant="maybe"), "off_variant", "there is no variant 'maybe'"),
    (with_(salt="x" * 257), "salt", "has 257 characters; at most 256"),
    (with_(serve=Split(())), "serve.split.weights", "must have a sum from 1 to 2147483647, not 0"),
    (_split(0, 0), "serve.split.weights", "must have a sum from 1 to 2147483647, not 0"),
    (_split(2**31 - 1, 1), "serve.split.weights", "must have a sum from 1 to 2147483647"),
    (_split(-1, 2), "serve.split.weights[0].weight", "must be from 0 to 2147483647, not -1"),
    (_split(1, bucket_by=""), "serve.split.bucket_by", "must not be empty"),
    (
        with_(serve=Split((WeightedVariant("no", 1),))),
        "serve.split.weights[0].variant",
        "there is no variant 'no'",
    ),
    (
        with_(prerequisites=(Prerequisite("a", ("on",)),) * 21),
        "prerequisites",
        "has 21 items; at most 20",
    ),
    (with_(prerequisites=(Prerequisite("a", ()),)), "prerequisites[0].variants", "must not be empty"),
    (with_(prerequisites=(Prerequisite("", ("on",)),)), "prerequisites[0].key", "must not be empty"),
    (with_(targets=(Target("on", ("a",)),) * 101), "targets", "has 101 items; at most 100"),
    (with_(targets=(Target("on", ()),)), "targets[0].targeting_keys", "must not be empty"),
    (with_(targets=(Target("no", ("a",)),)), "targets[0].variant", "there is no variant 'no'"),
    (
        with_(targets=(Target("on", ("a", "x" * 1025)),)),
        "targets[0].targeting_keys[1]",
        "has 1025 characters; at most 1024",
    ),
    (with_(rules=(Rule(STAFF, "on"),) * 201), "rules", "has 201 items; at most 200"),
    (_ids("a", "b", "a"), "rules[2].id", "the id 'a' is used 2 times"),
    (_ids("rules[0]"), "rules[0].id", "rules[0] is how evaluations name what has no id; choose another"),
    (_ids("targets[12]"), "rules[0].id", "choose another"),
    (_ids("x" * 129), "rules[0].id", "has 129 characters; at most 128"),
    (with_(rules=(Rule(STAFF, "no"),)), "rules[0].serve.variant", "there is no variant 'no'"),
    (_on(nested(17)), "rules[0].condition" + ".not" * 16, "conditions are nested deeper than 16"),
    (_on(All((STAFF,) * 101)), "rules[0].condition.all.conditions", "has 101 items; at most 100"),
    (_on(SegmentMatch(())), "rules[0].condition.segment.keys", "must not be empty"),
    (_on(Match("", Operator.EXISTS)), "rules[0].condition.match.attribute", "must not be empty"),
    (
        _on(Match("x" * 257, Operator.EXISTS)),
        "rules[0].condition.match.attribute",
        "has 257 characters; at most 256",
    ),
    (_match(Operator.EQUALS), OPERANDS, "needs at least one operand"),
    (
        _match(Operator.EQUALS, *[Value.of_int(index) for index in range(10_001)]),
        OPERANDS,
        "has 10001 items; at most 10000",
    ),
    (
        _match(Operator.EQUALS, Value.of_int(2**63)),
        "rules[0].condition.match.operands[0]",
        "must be an integer of 64 bits",
    ),
    (
        _match(Operator.MATCHES, Value.of_string("(")),
        f"{OPERANDS}[0]",
        "no RE2 pattern",
    ),
    (
        _match(Operator.MATCHES, Value.of_string("a" * 1001)),
        f"{OPERANDS}[0]",
        "has 1001 bytes",
    ),
    (
        _match(Operator.MATCHES, Value.of_string(r"(a)\1")),
        f"{OPERANDS}[0]",
        "no RE2 pattern",
    ),
    (
        _match(Operator.LESS_THAN, TEXT),
        f"{OPERANDS}[0]",
        "less_than takes",
    ),
    (Segment(included=("x" * 1025,)), "included[0]", "has 1025 characters; at most 1024"),
    (Segment(excluded=("a",) * 10_001), "excluded", "has 10001 items; at most 10000"),
    (Segment(conditions=(STAFF,) * 101), "conditions", "has 101 items; at most 100"),
    (Namespace(owner="x" * 257), "owner", "has 257 characters; at most 256"),
    (Environment(parent="Base"), "parent", "must be lower-case letters, digits and inner hyphens"),
]
"""Contents that are not valid, each with the field at fault and a part of what is said of it."""

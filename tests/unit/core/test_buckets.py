"""Buckets: the encoding under the hash, texts of numbers, and the laws of splits."""

import math
from collections import Counter

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reference_bucket import murmur3_x86_32, reference_bucket
from tests.unit.core.making import flag, rollout, view_of
from vexil.core.evaluation import EvaluationContext
from vexil.core.evaluator import buckets
from vexil.core.setting import Setting, Split, WeightedVariant
from vexil.core.value import Value

KEYS = st.text(max_size=20)
WEIGHTS = st.lists(st.integers(0, 2**28), min_size=1, max_size=7).filter(any)

RFC_8785_NUMBERS = [
    (0.0, "0"),
    (-0.0, "0"),
    (5e-324, "5e-324"),
    (-5e-324, "-5e-324"),
    (1.7976931348623157e308, "1.7976931348623157e+308"),
    (9007199254740992.0, "9007199254740992"),
    (-9007199254740992.0, "-9007199254740992"),
    (295147905179352830000.0, "295147905179352830000"),
    (9.999999999999997e22, "9.999999999999997e+22"),
    (1e23, "1e+23"),
    (1.0000000000000001e23, "1.0000000000000001e+23"),
    (999999999999999700000.0, "999999999999999700000"),
    (999999999999999900000.0, "999999999999999900000"),
    (1e21, "1e+21"),
    (9.999999999999997e-7, "9.999999999999997e-7"),
    (0.000001, "0.000001"),
    (333333333.3333332, "333333333.3333332"),
    (333333333.33333325, "333333333.33333325"),
    (333333333.3333333, "333333333.3333333"),
    (333333333.3333334, "333333333.3333334"),
    (333333333.33333343, "333333333.33333343"),
    (-0.0000033333333333333333, "-0.0000033333333333333333"),
    (1424953923781206.2, "1424953923781206.2"),
]
"""The samples of RFC 8785, appendix B."""


def test_murmur3_reference_gives_published_hashes() -> None:
    published = {b"": 0, b"test": 0xBA6BD213, b"Hello, world!": 0xC0363E43}

    assert {data: murmur3_x86_32(data) for data in published} == published


@pytest.mark.parametrize("length", [0, 1, 23, 24, 255, 256, 65_535, 65_536])
def test_encoding_of_a_text_of_any_length_is_canonical_cbor(length: int) -> None:
    text = "k" * length

    assert buckets.salt_prefix(text) + buckets.text_head(2) + b"id" == cbor2.dumps(
        [text, "id"], canonical=True
    )
    assert buckets.hash_of(buckets.salt_prefix("salt"), text) == reference_bucket("salt", text, 1).hash


@given(KEYS, KEYS)
def test_encoding_of_any_text_is_canonical_cbor(salt: str, key: str) -> None:
    encoded = buckets.salt_prefix(salt) + buckets.text_head(len(key.encode())) + key.encode()

    assert encoded == cbor2.dumps([salt, key], canonical=True)


@pytest.mark.parametrize(("number", "text"), RFC_8785_NUMBERS)
def test_number_text_is_that_of_rfc_8785(number: float, text: str) -> None:
    assert buckets.number_text(number) == text


@given(st.floats())
def test_number_text_reads_as_the_same_number(number: float) -> None:
    text = buckets.number_text(number)

    assert (text is None) == (not math.isfinite(number))
    assert text is None or float(text) == number


@pytest.mark.parametrize("value", [True, None, [1], {"a": 1}, b"a", math.nan, math.inf, 10**400, 1j])
def test_key_text_of_what_is_no_text_or_number_is_none(value: object) -> None:
    assert buckets.key_text(value) is None


def test_key_text_of_an_integer_beyond_doubles_is_that_of_its_double() -> None:
    assert buckets.key_text(2**60 + 1) == buckets.key_text(float(2**60)) == "1152921504606847000"


@given(KEYS, KEYS, WEIGHTS)
def test_split_serves_the_variant_whose_range_holds_the_bucket(
    salt: str, key: str, weights: list[int]
) -> None:
    names = [f"v{index}" for index in range(len(weights))]
    split = Split(tuple(map(WeightedVariant, names, weights)))
    setting = Setting(variants={name: Value.of_string(name) for name in names}, serve=split, salt=salt)
    bucket = reference_bucket(salt, key, sum(weights)).bucket
    owners = (name for name, end in zip(names, _running(weights), strict=True) if bucket < end)

    assert view_of({"split": setting}).evaluate("split", EvaluationContext(key)).variant == next(owners)


@given(st.integers(1, 2**31 - 1), st.data())
def test_hash_edge_is_the_first_hash_of_a_bucket(total: int, data: st.DataObject) -> None:
    bucket = data.draw(st.integers(0, total))

    edge = buckets.hash_edge(bucket, total)

    assert edge * total >> 32 >= bucket
    assert edge == 0 or (edge - 1) * total >> 32 < bucket


@given(KEYS, st.integers(0, 1000), st.integers(0, 1000))
def test_rollout_that_grows_keeps_everyone_who_is_in(key: str, one: int, other: int) -> None:
    fewer, more = sorted((one, other))

    if _is_in(key, fewer, 1000):
        assert _is_in(key, more, 1000)


@given(KEYS, st.integers(0, 100), st.integers(0, 100), st.integers(1, 10**6))
def test_rollout_that_grows_keeps_everyone_also_on_a_finer_scale(
    key: str, one: int, other: int, finer: int
) -> None:
    """5 of 100 may become 51 of 1000: shares are compared, not weights."""
    fewer, more = sorted((one, other))

    if _is_in(key, fewer, 100):
        assert _is_in(key, more * finer, 100 * finer)


@given(KEYS, st.integers(0, 100), st.integers(1, 10**6))
def test_rollout_on_another_scale_has_the_same_people(key: str, share: int, finer: int) -> None:
    assert _is_in(key, share, 100) == _is_in(key, share * finer, 100 * finer)


@pytest.mark.parametrize("weights", [(50, 50), (10, 90), (1, 999), (1, 1, 1), (5, 0, 15, 80)])
def test_split_shares_are_those_of_the_weights(weights: tuple[int, ...]) -> None:
    """Within five standard deviations for 20,000 people; the people are fixed, so this never changes."""
    people, total = 20_000, sum(weights)
    names = [f"v{index}" for index in range(len(weights))]
    setting = Setting(
        variants={name: Value.of_string(name) for name in names},
        serve=Split(tuple(map(WeightedVariant, names, weights))),
    )
    view = view_of({"experiment": setting})

    counts = Counter(
        view.evaluate("experiment", EvaluationContext(f"user-{n}")).variant for n in range(people)
    )

    for name, weight in zip(names, weights, strict=True):
        share = weight / total
        assert abs(counts[name] - people * share) <= 5 * math.sqrt(people * share * (1 - share))


def test_split_of_two_flags_are_independent() -> None:
    """Of those in one half, half are in the other's; the same salt makes them the same people."""
    half = Setting(variants=flag().variants, serve=rollout(1, 1))
    salted = Setting(variants=flag().variants, serve=rollout(1, 1), salt="first")
    view = view_of({"first": half, "second": half, "third": salted})
    people = [EvaluationContext(f"user-{n}") for n in range(10_000)]

    chosen = {
        key: {person.targeting_key for person in people if view.evaluate(key, person).variant == "on"}
        for key in ("first", "second", "third")
    }

    assert chosen["third"] == chosen["first"]
    assert abs(len(chosen["first"] & chosen["second"]) - 2500) <= 5 * math.sqrt(10_000 * 0.25 * 0.75)


def _is_in(key: str, inside: int, total: int) -> bool:
    setting = Setting(variants=flag().variants, serve=rollout(inside, total - inside))
    return view_of({"rollout": setting}).evaluate("rollout", EvaluationContext(key)).variant == "on"


def _running(weights: list[int]) -> list[int]:
    return [sum(weights[: index + 1]) for index in range(len(weights))]

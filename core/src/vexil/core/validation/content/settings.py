"""Checks of settings and segments, each by itself."""

import re
from collections import Counter
from collections.abc import Iterator

from vexil.core.errors import Reason
from vexil.core.setting import Rule, Segment, Serve, Setting, Split
from vexil.core.validation import limits
from vexil.core.validation.content.conditions import check_condition, check_conditions
from vexil.core.validation.content.texts import (
    check_count,
    check_length,
    check_range,
    check_tags,
    quoted,
    shown,
)
from vexil.core.validation.content.values import check_value
from vexil.core.validation.findings import Finding, inside

_RESERVED_ID = re.compile(r"(rules|targets|prerequisites)\[[0-9]+\]")
_ONLY_FLAGS = ("variants", "serve", "off_variant", "prerequisites", "targets", "rules", "salt")


def check_setting(setting: Setting) -> Iterator[Finding]:
    """A setting: one of the two shapes, and all its parts."""
    yield from check_length("description", setting.description, limits.MAX_DESCRIPTION)
    yield from check_tags(setting.tags)
    if setting.value is not None:
        yield from inside("value", check_value(setting.value))
        for name in _ONLY_FLAGS:
            if getattr(setting, name) not in (None, (), {}):
                yield Finding(name, "must not be set beside a plain value; a flag has its values in variants")
    elif setting.variants:
        yield from _check_flag(setting)
    else:
        yield Finding("", "must have a value, or variants and serve")


def check_segment(segment: Segment) -> Iterator[Finding]:
    """A segment."""
    yield from check_length("description", segment.description, limits.MAX_DESCRIPTION)
    yield from check_tags(segment.tags)
    yield from _check_targeting_keys("included", segment.included)
    yield from _check_targeting_keys("excluded", segment.excluded)
    yield from check_conditions(segment.conditions)


def _check_flag(flag: Setting) -> Iterator[Finding]:
    yield from _check_variants(flag)
    if flag.serve is None:
        yield Finding("serve", "must say what is served when nothing else decides")
    else:
        yield from inside("serve", _check_serve(flag, flag.serve))
    if flag.off_variant is not None:
        yield from _check_variant(flag, "off_variant", flag.off_variant)
    yield from check_length("salt", flag.salt, limits.MAX_SALT)
    yield from _check_prerequisites(flag)
    yield from _check_targets(flag)
    yield from _check_rules(flag)


def _check_variants(flag: Setting) -> Iterator[Finding]:
    yield from check_count("variants", flag.variants, limits.MAX_VARIANTS, 2)
    for name, value in flag.variants.items():
        place = f"variants[{quoted(name)}]"
        yield from check_length(place, name, limits.MAX_VARIANT_NAME, 1)
        yield from inside(place, check_value(value))
    if len({value.type for value in flag.variants.values()}) > 1:
        types = ", ".join(f"{name} is {value.type}" for name, value in flag.variants.items())
        yield Finding("variants", f"must all have one type: {types}", Reason.INVALID_PARAMETER_TYPE)


def _check_variant(flag: Setting, place: str, name: str) -> Iterator[Finding]:
    if name not in flag.variants:
        known = ", ".join(flag.variants)
        metadata = {"reference": name}
        missing = f"there is no variant {shown(name)}; variants: {known}"
        yield Finding(place, missing, Reason.DANGLING_REFERENCE, metadata)


def _check_serve(flag: Setting, serve: Serve) -> Iterator[Finding]:
    if not isinstance(serve, Split):
        yield from _check_variant(flag, "variant", serve)
        return
    yield from check_length("split.bucket_by", serve.bucket_by, limits.MAX_ATTRIBUTE, 1)
    yield from check_count("split.weights", serve.weights, limits.MAX_VARIANTS, 1)
    for index, share in enumerate(serve.weights):
        place = f"split.weights[{index}]"
        yield from _check_variant(flag, f"{place}.variant", share.variant)
        yield from check_range(f"{place}.weight", share.weight, 0, limits.MAX_TOTAL_WEIGHT)
    total = sum(share.weight for share in serve.weights)
    if not 1 <= total <= limits.MAX_TOTAL_WEIGHT:
        wanted = f"must have a sum from 1 to {limits.MAX_TOTAL_WEIGHT}, not {total}"
        yield Finding("split.weights", wanted)


def _check_prerequisites(flag: Setting) -> Iterator[Finding]:
    yield from check_count("prerequisites", flag.prerequisites, limits.MAX_PREREQUISITES)
    for index, prerequisite in enumerate(flag.prerequisites):
        place = f"prerequisites[{index}]"
        yield from check_length(f"{place}.key", prerequisite.key, limits.MAX_REFERENCE, 1)
        yield from check_count(f"{place}.variants", prerequisite.variants, limits.MAX_VARIANTS, 1)


def _check_targets(flag: Setting) -> Iterator[Finding]:
    yield from check_count("targets", flag.targets, limits.MAX_TARGETS)
    for index, target in enumerate(flag.targets):
        place = f"targets[{index}]"
        yield from _check_variant(flag, f"{place}.variant", target.variant)
        yield from _check_targeting_keys(f"{place}.targeting_keys", target.targeting_keys, 1)


def _check_rules(flag: Setting) -> Iterator[Finding]:
    yield from check_count("rules", flag.rules, limits.MAX_RULES)
    ids = Counter(rule.id for rule in flag.rules if rule.id)
    for index, rule in enumerate(flag.rules):
        yield from inside(f"rules[{index}]", _check_rule(flag, rule))
        if ids[rule.id] > 1:
            yield Finding(f"rules[{index}].id", f"the id {shown(rule.id)} is used {ids[rule.id]} times")


def _check_rule(flag: Setting, rule: Rule) -> Iterator[Finding]:
    yield from check_length("id", rule.id, limits.MAX_RULE_ID)
    if _RESERVED_ID.fullmatch(rule.id):
        yield Finding("id", f"{rule.id} is how evaluations name what has no id; choose another")
    yield from check_length("description", rule.description, limits.MAX_SHORT_DESCRIPTION)
    yield from inside("condition", check_condition(rule.condition))
    yield from inside("serve", _check_serve(flag, rule.serve))


def _check_targeting_keys(field: str, keys: tuple[str, ...], least: int = 0) -> Iterator[Finding]:
    yield from check_count(field, keys, limits.MAX_TARGETING_KEYS, least)
    for index, key in enumerate(keys):
        if len(key) > limits.MAX_TARGETING_KEY:
            yield from check_length(f"{field}[{index}]", key, limits.MAX_TARGETING_KEY)

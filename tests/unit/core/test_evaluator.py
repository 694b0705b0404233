"""The compiled evaluator beyond what vectors can say: objects, contexts that are none, circles."""

from collections import UserDict
from types import MappingProxyType
from typing import Any

import pytest

from tests.unit.core.anything import Hostile, HostileMapping, HostileText, Plan
from tests.unit.core.making import ON_OFF, flag, rollout, state_of, view_of
from vexil.core.evaluation import ErrorCode, EvaluationContext, EvaluationReason
from vexil.core.evaluator import compile_segment, compile_setting, explain
from vexil.core.evaluator.problems import CircularReference, RulesProblem
from vexil.core.resource import Resource, Revision
from vexil.core.setting import (
    Match,
    Not,
    Operator,
    Prerequisite,
    Segment,
    SegmentMatch,
    Setting,
    Target,
)
from vexil.core.value import Value

PRO = Match("plan", Operator.EQUALS, (Value.of_string("pro"),))
USER = EvaluationContext("user-1", {"plan": "pro"})


def test_setting_without_rules_is_fixed() -> None:
    compiled = compile_setting(state_of("plain", Setting(value=Value.of_int(5)), revision=3))

    assert compiled.fixed is not None
    assert (compiled.fixed.value, compiled.fixed.environment, compiled.fixed.revision) == (5, "prod", 3)
    assert compiled.evaluate(USER, view_of({})) is compiled.fixed


def test_setting_with_rules_is_not_fixed() -> None:
    assert compile_setting(state_of("flag", flag(PRO))).fixed is None
    assert compile_setting(state_of("flag", Setting(variants=ON_OFF, serve=rollout(1, 1)))).fixed is None


def test_setting_that_can_not_be_understood_names_the_place() -> None:
    pattern = Match("plan", Operator.MATCHES, (Value.of_string("("),))
    compiled = compile_setting(state_of("flag", flag(PRO, Not(pattern))))

    assert compiled.fixed is not None
    assert compiled.fixed.error_code is ErrorCode.PARSE_ERROR
    assert compiled.fixed.error_message.startswith(
        "rules[1].condition.not.operands[0]: '(' is no RE2 pattern"
    )


def test_outcomes_are_built_once() -> None:
    view = view_of(
        {
            "rules": flag(PRO),
            "rollout": Setting(variants=ON_OFF, serve=rollout(1, 0)),
            "targets": Setting(variants=ON_OFF, serve="off", targets=(Target("on", ("user-1",)),)),
            "needs": Setting(variants=ON_OFF, serve="on", prerequisites=(Prerequisite("rules", ("off",)),)),
            "nobody": Setting(variants=ON_OFF, serve=rollout(1, 1, "missing")),
        }
    )

    for key in view.settings:
        assert view.evaluate(key, USER) is view.evaluate(key, USER)


def test_json_variants_are_shared_and_read_only() -> None:
    document = {"limits": [1, 2]}
    setting = Setting(variants={"a": Value.of_json(document), "b": Value.of_json({})}, serve="a", rules=())
    served = view_of({"flag": setting}).evaluate("flag", USER).value

    assert served == document
    with pytest.raises(TypeError, match="read-only"):
        served["limits"] = []


@pytest.mark.parametrize(
    ("context", "message"),
    [
        (EvaluationContext(5), "the targeting key is of type int, not str"),  # type: ignore[arg-type]
        (EvaluationContext(b"user-1"), "the targeting key is of type bytes, not str"),  # type: ignore[arg-type]
        (EvaluationContext(["user-1"]), "the targeting key is of type list, not str"),  # type: ignore[arg-type]
        (EvaluationContext(Hostile()), "the targeting key is of type Hostile, not str"),  # type: ignore[arg-type]
        (EvaluationContext("\ud800"), "the context holds text that is not valid Unicode"),
        (None, "the context is of type NoneType, not EvaluationContext"),
        ({"targetingKey": "user-1"}, "the context is of type dict, not EvaluationContext"),
    ],
    ids=lambda value: None if isinstance(value, str) else type(value).__name__,
)
@pytest.mark.parametrize("bucket_by", [None, "targetingKey"])
def test_targeting_key_that_is_no_text_is_an_invalid_context(
    context: Any, message: str, bucket_by: str | None
) -> None:
    setting = Setting(variants=ON_OFF, serve=rollout(1, 1, bucket_by))
    found = view_of({"flag": setting}).evaluate("flag", context)

    assert (found.reason, found.error_code) == (EvaluationReason.ERROR, ErrorCode.INVALID_CONTEXT)
    assert found.error_message == message


@pytest.mark.parametrize("key", [5, b"user-1", ["user-1"], Hostile()], ids=type)
def test_targets_and_segments_need_a_targeting_key_that_is_text(key: Any) -> None:
    view = view_of(
        {
            "targets": Setting(variants=ON_OFF, serve="off", targets=(Target("on", ("user-1",)),)),
            "in-segment": flag(SegmentMatch(("people",))),
            "by-key": flag(Match("targetingKey", Operator.EXISTS)),
            "people": Segment(included=("user-1",)),
        }
    )

    for setting in ("targets", "in-segment", "by-key"):
        assert view.evaluate(setting, EvaluationContext(key)).error_code is ErrorCode.INVALID_CONTEXT


@pytest.mark.parametrize("attributes", [5, "plan", ["plan"], Hostile(), object()], ids=type)
def test_attributes_that_are_no_mapping_are_an_invalid_context(attributes: Any) -> None:
    found = view_of({"flag": flag(PRO)}).evaluate("flag", EvaluationContext("user-1", attributes))

    assert found.error_code is ErrorCode.INVALID_CONTEXT
    assert found.error_message == f"the attributes are of type {type(attributes).__name__}, not a mapping"


def test_attributes_that_raise_are_an_invalid_context() -> None:
    found = view_of({"flag": flag(PRO)}).evaluate("flag", EvaluationContext("user-1", HostileMapping()))

    assert found.error_code is ErrorCode.INVALID_CONTEXT
    assert found.error_message == "reading the context raised ZeroDivisionError"


def test_part_of_a_context_that_is_not_used_may_be_anything() -> None:
    view = view_of({"flag": flag(PRO), "rollout": Setting(variants=ON_OFF, serve=rollout(1, 0))})

    assert view.evaluate("flag", EvaluationContext(5, {"plan": "pro"})).variant == "on"  # type: ignore[arg-type]
    assert view.evaluate("rollout", EvaluationContext("user-1", 5)).variant == "on"  # type: ignore[arg-type]


@pytest.mark.parametrize("wrapped", [UserDict, MappingProxyType])
def test_attributes_may_be_any_mapping(wrapped: Any) -> None:
    inner = wrapped({"plan": "pro"})
    path = Match("user.plan", Operator.EQUALS, (Value.of_string("pro"),))
    view = view_of({"flag": flag(PRO), "path": flag(path)})

    assert view.evaluate("flag", EvaluationContext(None, inner)).variant == "on"
    assert view.evaluate("path", EvaluationContext(None, wrapped({"user": inner}))).variant == "on"


def test_targeting_key_of_a_subclass_of_str_is_its_text() -> None:
    view = view_of(
        {
            "rollout": Setting(variants=ON_OFF, serve=rollout(1, 1)),
            "targets": Setting(variants=ON_OFF, serve="off", targets=(Target("on", ("pro",)),)),
            "in-segment": flag(SegmentMatch(("people",))),
            "people": Segment(included=("pro",)),
        }
    )

    for key in view.settings:
        expected = view.evaluate(key, EvaluationContext("pro"))
        assert view.evaluate(key, EvaluationContext(Plan.PRO)) is expected
        assert view.evaluate(key, EvaluationContext(HostileText("pro"))) is expected


def test_settings_find_others_in_the_view_that_they_are_evaluated_in() -> None:
    """Entries are shared between views, so what they refer to is looked up each time."""
    needs = Setting(
        variants=ON_OFF, serve="on", off_variant="off", prerequisites=(Prerequisite("base", ("on",)),)
    )
    view = view_of({"needs": needs, "base": flag(serve="on")})
    later = view.apply(Revision(2), [state_of("base", flag(serve="off"), revision=2)])

    assert later.settings["needs"] is view.settings["needs"]
    assert view.evaluate("needs", USER).variant == "on"
    assert later.evaluate("needs", USER).variant == "off"


def test_circle_is_told_from_where_it_closes() -> None:
    def needs(key: str) -> Setting:
        return Setting(variants=ON_OFF, serve="on", prerequisites=(Prerequisite(key, ("on",)),))

    view = view_of({"a": needs("b"), "b": needs("c"), "c": needs("b")})

    message = "circular reference: setting 'b' → setting 'c' → setting 'b'"
    assert view.evaluate("a", USER).error_message == message
    assert view.evaluate("b", USER).error_message == message


def test_circle_of_segments_raises_where_a_segment_is_asked_directly() -> None:
    segment = Segment(conditions=(SegmentMatch(("self",)),))
    view = view_of({"self": segment})

    with pytest.raises(CircularReference, match="segment 'self' → segment 'self'"):
        view.segments["self"].contains(USER, view)


def test_segment_that_can_not_be_understood_raises_where_it_is_asked_directly() -> None:
    pattern = Match("plan", Operator.MATCHES, (Value.of_string("("),))
    compiled = compile_segment(state_of("broken", Segment(conditions=(PRO, pattern))))

    with pytest.raises(RulesProblem, match=r"segment 'broken'.conditions\[1\].operands\[0\]"):
        compiled.contains(USER, view_of({}))


def test_references_that_multiply_are_followed_once_each() -> None:
    """Thirty levels of two ways each: a thousand million ways, if each were gone."""
    resources: dict[str, Resource] = {}
    for level in range(30):
        below = tuple(Prerequisite(f"{side}-{level + 1}", ("on",)) for side in ("left", "right"))
        inner = tuple(SegmentMatch((f"{side}-{level + 1}-segment",)) for side in ("left", "right"))
        for side in ("left", "right"):
            resources[f"{side}-{level}"] = Setting(variants=ON_OFF, serve="on", prerequisites=below)
            resources[f"{side}-{level}-segment"] = Segment(conditions=inner)
    for side in ("left", "right"):
        resources[f"{side}-30"] = flag(serve="on")
        resources[f"{side}-30-segment"] = Segment()
    resources["in-segment"] = flag(SegmentMatch(("left-0-segment",)))
    view = view_of(resources)

    assert view.evaluate("left-0", USER).variant == "on"
    assert view.evaluate("in-segment", USER).variant == "off"


def test_segment_that_failed_can_be_asked_again() -> None:
    """It failed on the way to a prerequisite that needed not to be met; that is no circle."""
    view = view_of(
        {
            "outer": Segment(conditions=(SegmentMatch(("people",)),)),
            "people": Segment(included=("user-1",)),
            "asks": flag(SegmentMatch(("outer",))),
            "off-without": Setting(
                variants=ON_OFF, serve="on", off_variant="off", prerequisites=(Prerequisite("asks", ("on",)),)
            ),
            "both": Setting(
                variants=ON_OFF,
                serve="on",
                prerequisites=(Prerequisite("off-without", ("off",)), Prerequisite("asks", ("on",))),
            ),
        }
    )
    context = EvaluationContext(5)  # type: ignore[arg-type]

    assert view.evaluate("asks", context).error_code is ErrorCode.INVALID_CONTEXT
    assert view.evaluate("off-without", context).variant == "off"
    assert view.evaluate("both", context).rule == "prerequisites[1]"


def test_explain_of_a_key_that_is_not_there_is_what_evaluate_says() -> None:
    view = view_of({})

    assert explain(view, "nowhere", USER).evaluation == view.evaluate("nowhere", USER)
    assert explain(view, "nowhere", USER).steps == ()

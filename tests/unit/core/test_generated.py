"""The generated function of a busy setting answers as its closures do."""

from datetime import UTC, datetime

import pytest
from hypothesis import given

from tests.support.strategies import contexts, flags
from vexil.core.evaluation import EMPTY_CONTEXT, EvaluationContext
from vexil.core.evaluator import compile_setting
from vexil.core.evaluator.compile import BUSY
from vexil.core.evaluator.generated import generate_rules
from vexil.core.resource import Kind, ResourceId, ResourceState, Revision, Version
from vexil.core.setting import Match, Operator, Rule, Setting
from vexil.core.value import Value
from vexil.core.view import View

ON_OFF = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
LIKE_CODE = 'x"); raise SystemExit("generated from text")  # '


def state_of(setting: Setting, key: str = "flag") -> ResourceState:
    id = ResourceId(Kind.SETTING, "prod", key)
    return ResourceState(id, setting, Version(1), Revision(1), Revision(1), datetime(2026, 1, 1, tzinfo=UTC))


def warmed(view: View, key: str) -> None:
    """Makes the setting busy; whatever the outcomes, all evaluations count."""
    for _ in range(BUSY):
        view.evaluate(key, EMPTY_CONTEXT)


@given(flags(), contexts())
def test_busy_setting_answers_as_it_did_before(setting: Setting, context: EvaluationContext) -> None:
    view = View.of("shop", "prod", Revision(1), [state_of(setting)])
    before = view.evaluate("flag", context)
    warmed(view, "flag")
    after = view.evaluate("flag", context)
    assert repr(after) == repr(before)


@pytest.mark.parametrize(
    "value",
    [
        "FR",
        "",
        "Å",
        "fr",
        LIKE_CODE,
        1,
        1.0,
        True,
        None,
        ["DE", "FR"],
        [["FR"]],
        {"FR": 1},
        float("nan"),
        object(),
    ],
)
def test_busy_setting_compares_text_as_closures_do(value: object) -> None:
    operands = ("DE", "FR", "Å", LIKE_CODE)
    rules = tuple(
        Rule(Match("country", Operator.EQUALS, (Value.of_string(text),)), "on") for text in operands
    )
    both = Rule(Match("country", Operator.EQUALS, (Value.of_int(1), Value.of_string("fr"))), "on", id="both")
    view = View.of(
        "shop", "prod", Revision(1), [state_of(Setting(variants=ON_OFF, serve="off", rules=(*rules, both)))]
    )
    context = EvaluationContext("user-1", {"country": value})
    before = view.evaluate("flag", context)
    warmed(view, "flag")
    assert view.evaluate("flag", context) == before


def test_busy_setting_replaces_its_closures_once() -> None:
    rule = Rule(Match("country", Operator.EQUALS, (Value.of_string("FR"),)), "on")
    compiled = compile_setting(state_of(Setting(variants=ON_OFF, serve="off", rules=(rule,))))
    view = View.of("shop", "prod", Revision(1), [])
    first = compiled.evaluate
    for _ in range(BUSY):
        assert compiled.evaluate is first
        compiled.evaluate(EMPTY_CONTEXT, view)
    generated = compiled.evaluate
    assert generated is not first
    generated(EMPTY_CONTEXT, view)
    assert compiled.evaluate is generated


def test_generated_function_takes_user_text_only_as_constants() -> None:
    rule = Rule(Match(LIKE_CODE, Operator.EQUALS, (Value.of_string(LIKE_CODE),)), "on", id=LIKE_CODE)
    state = state_of(Setting(variants=ON_OFF, serve="off", rules=(rule,)))
    view = View.of("shop", "prod", Revision(1), [state])
    warmed(view, "flag")
    found = view.evaluate("flag", EvaluationContext(None, {LIKE_CODE: LIKE_CODE}))
    assert (found.value, found.rule) == (True, LIKE_CODE)
    decide = generate_rules(state, [], found)
    assert LIKE_CODE not in decide.__code__.co_names

"""What holds for every setting, sound or not, and every context."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.strategies import contexts, flags, segments
from tests.unit.core.anything import KEYS, any_contexts, any_segments, any_settings
from tests.unit.core.histories import first_commit, is_accepted
from tests.unit.core.making import state_of
from vexil.core.change import Put
from vexil.core.evaluation import (
    EMPTY_CONTEXT,
    ErrorCode,
    Evaluation,
    EvaluationContext,
    EvaluationReason,
)
from vexil.core.evaluator import explain
from vexil.core.evaluator.compile import BUSY
from vexil.core.resource import ResourceState, Revision
from vexil.core.setting import Segment, Setting
from vexil.core.snapshot import Snapshot
from vexil.core.view import View

ANY_KEYS = st.sampled_from(KEYS)


def states(
    some_settings: SearchStrategy[Setting], some_segments: SearchStrategy[Segment]
) -> SearchStrategy[list[ResourceState]]:
    """Settings and segments that refer to each other by the keys a to d."""
    return st.builds(
        lambda settings, segments: [
            *(state_of(key, each, revision=7) for key, each in settings.items()),
            *(state_of(key, each, revision=8) for key, each in segments.items()),
        ],
        st.dictionaries(ANY_KEYS, some_settings, min_size=1),
        st.dictionaries(ANY_KEYS, some_segments),
    )


def view_of(states: list[ResourceState]) -> View:
    return View.of("shop", "prod", Revision(9), states)


SOUND = states(flags(setting_keys=ANY_KEYS, segment_keys=ANY_KEYS), segments(ANY_KEYS))
UNSOUND = states(any_settings(), any_segments())


def outcomes(view: View, context: EvaluationContext) -> Mapping[str, Evaluation]:
    return {key: view.evaluate(key, context) for key in KEYS}


@given(UNSOUND, any_contexts())
def test_evaluation_is_the_same_every_time(states: list[ResourceState], context: EvaluationContext) -> None:
    """In the same view, in another one with the same content, in whatever order settings are asked for."""
    view, other = view_of(states), view_of(states[::-1])

    first = outcomes(view, context)

    assert outcomes(view, context) == first
    assert {key: other.evaluate(key, context) for key in reversed(KEYS)} == first


@settings(max_examples=40)
@given(SOUND, contexts())
def test_evaluation_of_sound_settings_and_contexts_fails_only_where_documented(
    states: list[ResourceState], context: EvaluationContext
) -> None:
    for key, found in outcomes(view_of(states), context).items():
        setting = next(
            (each for each in states if each.id.key == key and isinstance(each.resource, Setting)), None
        )
        if setting is None:
            assert found.error_code is ErrorCode.FLAG_NOT_FOUND
            continue
        assert (found.key, found.environment, found.revision) == (key, "prod", 7)
        if found.reason is EvaluationReason.ERROR:
            circular = found.error_code is ErrorCode.PARSE_ERROR and "circular" in found.error_message
            assert circular or found.error_code is ErrorCode.TARGETING_KEY_MISSING
            assert (found.value, found.type, found.variant) == (None, None, None)
        elif found.type is not None:
            assert isinstance(setting.resource, Setting)
            assert found.variant is not None
            assert setting.resource.variants[found.variant].data == found.value
        else:
            assert found.reason is EvaluationReason.DISABLED


@settings(max_examples=50)
@given(UNSOUND, any_contexts())
def test_generated_rules_answer_as_the_closures_do(
    states: list[ResourceState], context: EvaluationContext
) -> None:
    view = view_of(states)
    before = outcomes(view, context)
    for _ in range(BUSY):
        outcomes(view, EMPTY_CONTEXT)

    assert outcomes(view, context) == before


@given(UNSOUND, any_contexts())
def test_evaluation_never_raises_and_explain_agrees(
    states: list[ResourceState], context: EvaluationContext
) -> None:
    """Nor do messages for people hold text that can't be sent."""
    view = view_of(states)

    for key in KEYS:
        found = view.evaluate(key, context)
        explained = explain(view, key, context)

        assert (found.reason is EvaluationReason.ERROR) == (found.error_code is not None)
        assert explained.evaluation == found
        for text in (found.error_message, *(step.detail for step in explained.steps)):
            text.encode()


@given(any_settings(), any_contexts())
def test_setting_that_a_server_accepts_is_understood(setting: Setting, context: EvaluationContext) -> None:
    """Validation and the evaluator agree on what is sound, wherever nothing else is referred to."""
    state = state_of("a", setting)
    namespace = Snapshot.empty("shop").apply(first_commit()).snapshot
    if is_accepted(namespace, [Put(state.id, setting)]):
        assert view_of([state]).evaluate("a", context).error_code is not ErrorCode.PARSE_ERROR

"""Contexts, outcomes, traces."""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.support.strategies.basic import (
    environment_names,
    json_objects,
    keys,
    revisions,
    texts,
    tuples_of,
    values,
)
from vexil.core.evaluation import (
    Bucket,
    ErrorCode,
    Evaluation,
    EvaluationContext,
    EvaluationReason,
    Explanation,
    TraceStep,
)

_served = st.sampled_from([reason for reason in EvaluationReason if reason is not EvaluationReason.ERROR])
_uint32 = st.integers(0, 2**32 - 1)


def contexts() -> SearchStrategy[EvaluationContext]:
    """Who or what is evaluated for; attributes as they arrive in a message."""
    return st.builds(EvaluationContext, st.none() | texts(), json_objects())


@st.composite
def evaluations(draw: DrawFn) -> Evaluation:
    """Outcomes, with a value or an error."""
    key, environment, revision = draw(keys()), draw(environment_names()), draw(revisions(0))
    if draw(st.booleans()):
        return Evaluation(
            key,
            None,
            None,
            None,
            EvaluationReason.ERROR,
            environment=environment,
            revision=revision,
            error_code=draw(st.sampled_from(ErrorCode)),
            error_message=draw(texts()),
        )
    value = draw(values())
    variant, rule = draw(st.none() | texts(1)), draw(st.none() | texts(1))
    return Evaluation(key, value.data, value.type, variant, draw(_served), rule, environment, revision)


def explanations() -> SearchStrategy[Explanation]:
    """Outcomes with steps."""
    buckets = st.builds(Bucket, _uint32, _uint32, _uint32)
    steps = st.builds(TraceStep, texts(), st.booleans(), texts(), st.none() | buckets)
    return st.builds(Explanation, evaluations(), tuples_of(steps))

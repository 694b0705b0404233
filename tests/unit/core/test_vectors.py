"""The evaluation vectors, which evaluators in every language pass."""

import pytest

from tests.support.reference_bucket import reference_bucket
from tests.support.vectors import Vector, all_vectors
from vexil.core.evaluation import Evaluation
from vexil.core.evaluator import explain
from vexil.core.evaluator.compile import compile_outcome
from vexil.core.evaluator.generated import generate_rules
from vexil.core.setting import Setting
from vexil.core.value import Value

VECTORS = all_vectors()
WITH_BUCKETS = [vector for vector in VECTORS if vector.bucket is not None]


def outcome(evaluation: Evaluation) -> tuple[object, ...]:
    """What a vector says of an evaluation."""
    value = None if evaluation.type is None else Value(evaluation.type, evaluation.value)
    return value, evaluation.variant, evaluation.reason, evaluation.rule, evaluation.error_code


def has_rules(vector: Vector) -> bool:
    """Whether the setting is one whose rules can become a generated function."""
    setting = vector.view.settings.get(vector.setting)
    return setting is not None and setting.fixed is None


def name(vector: Vector) -> str:
    return vector.name.encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("vector", VECTORS, ids=name)
def test_vector_evaluates_as_expected(vector: Vector) -> None:
    found = vector.view.evaluate(vector.setting, vector.context)

    assert outcome(found) == outcome(vector.expected), found.error_message


@pytest.mark.parametrize("vector", [each for each in VECTORS if has_rules(each)], ids=name)
def test_vector_evaluates_as_expected_by_generated_rules(vector: Vector) -> None:
    state = vector.view.settings[vector.setting].state
    assert isinstance(state.resource, Setting)
    generated = compile_outcome(state, state.resource, generate_rules)
    found = generated if isinstance(generated, Evaluation) else generated(vector.context, vector.view)

    assert outcome(found) == outcome(vector.expected)


@pytest.mark.parametrize("vector", VECTORS, ids=name)
def test_vector_explains_as_it_evaluates(vector: Vector) -> None:
    found = explain(vector.view, vector.setting, vector.context)

    assert found.evaluation == vector.view.evaluate(vector.setting, vector.context)


@pytest.mark.parametrize("vector", WITH_BUCKETS, ids=name)
def test_vector_states_the_bucket_of_the_reference(vector: Vector) -> None:
    fact = vector.bucket
    assert fact is not None

    assert reference_bucket(fact.salt, fact.key, fact.total_weight) == fact.place


@pytest.mark.parametrize("vector", WITH_BUCKETS, ids=name)
def test_vector_explains_its_bucket(vector: Vector) -> None:
    fact = vector.bucket
    assert fact is not None

    (bucket,) = [
        step.bucket for step in explain(vector.view, vector.setting, vector.context).steps if step.bucket
    ]

    assert (bucket.hash, bucket.bucket, bucket.total_weight) == (*fact.place, fact.total_weight)


def test_vectors_are_many_and_named_once() -> None:
    names = [vector.name for vector in VECTORS]

    assert len(names) >= 300
    assert len(set(names)) == len(names)

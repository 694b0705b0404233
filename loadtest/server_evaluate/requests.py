"""What the server holds, and what it is asked."""

from collections.abc import Iterator
from dataclasses import replace

from loadtest.local_evaluation.cases import TARGETING_KEY, context_of
from loadtest.local_evaluation.flags import flags
from loadtest.settings import ENVIRONMENT, NAMESPACE
from vexil.convert.evaluation import context_to_proto
from vexil.core.change import Put
from vexil.core.evaluation import EvaluationContext
from vexil.v1 import config_service_pb2 as pb

KEYS = tuple(f"flag-{i}" for i in range(100))
_CONTEXT = context_to_proto(EvaluationContext(TARGETING_KEY, context_of("rules")))


def many_flags() -> Iterator[Put]:
    """The changes that make a hundred flags, each with five rules of which the last holds."""
    rules = next(put for put in flags(ENVIRONMENT) if put.id.key == "rules")
    for key in KEYS:
        yield replace(rules, id=rules.id._replace(key=key))


def single() -> pb.EvaluateRequest:
    """One flag."""
    return pb.EvaluateRequest(namespace=NAMESPACE, environment=ENVIRONMENT, key=KEYS[0], context=_CONTEXT)


def batch() -> pb.EvaluateBatchRequest:
    """All hundred."""
    return pb.EvaluateBatchRequest(namespace=NAMESPACE, environment=ENVIRONMENT, keys=KEYS, context=_CONTEXT)

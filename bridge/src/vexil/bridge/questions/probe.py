"""What no flow asks: how far the server is."""

from vexil.bridge.questions.question import Place
from vexil.v1.config_service_pb2 import EvaluateBatchRequest
from vexil.v1.resource_pb2 import ResourceKind
from vexil.v1.watch_pb2 import Selector

_NOTHING = Selector(kind=ResourceKind.RESOURCE_KIND_SETTING, key="-")
"""Selects no setting: no key begins with a dash."""


def probe(place: Place) -> EvaluateBatchRequest:
    """Is answered with a revision, and nothing else."""
    return EvaluateBatchRequest(namespace=place.namespace, environment=place.environment, selector=_NOTHING)

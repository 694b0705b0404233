"""The contact, as the server wants to know it."""

from vexil.bridge.event import Caller
from vexil.v1.connect_service_pb2 import Contact
from vexil.v1.evaluation_pb2 import EvaluationContext


def contact_of(caller: Caller) -> Contact:
    """For flows and routing."""
    return Contact(targeting_key=caller.targeting_key, attributes=caller.attributes)


def context_of(caller: Caller) -> EvaluationContext:
    """For flags."""
    context = EvaluationContext(targeting_key=caller.targeting_key)
    context.attributes.update(caller.attributes)
    return context

"""Vexil's OpenFeature provider, alone (`provider`) and through OpenFeature's own client (`client`)."""

from cases import TARGETING_KEY, context_of
from openfeature import api
from openfeature.evaluation_context import EvaluationContext

from vexil.client import Client
from vexil.client.openfeature import VexilProvider

DISTRIBUTION = "openfeature-sdk"


def prepare():
    """The calls to be timed."""
    vexil = Client(namespace="bench", environment="prod")
    vexil.connect()
    provider = VexilProvider(vexil)
    api.set_provider(provider)
    client = api.get_client()

    def alone(key):
        context = EvaluationContext(TARGETING_KEY, context_of(key))
        return lambda: provider.resolve_boolean_details(key, False, context)

    def through(key):
        context = EvaluationContext(TARGETING_KEY, context_of(key))
        return lambda: client.get_boolean_details(key, False, context)

    return {"provider": alone, "client": through}

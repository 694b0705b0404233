"""Vexil's SDK, holding what a server in another process sent; VEXIL_TARGET says where that is."""

from cases import TARGETING_KEY, context_of

from vexil.client import Client, EvaluationContext

DISTRIBUTION = "vexil"


def prepare():
    """The calls to be timed; `details` gives value, variant, reason, rule and revision."""
    client = Client(namespace="bench", environment="prod")
    client.connect()

    def value(key):
        context = EvaluationContext(TARGETING_KEY, context_of(key))
        return lambda: client.get_bool(key, False, context)

    def details(key):
        context = EvaluationContext(TARGETING_KEY, context_of(key))
        return lambda: client.evaluate(key, context)

    return {"value": value, "details": details}

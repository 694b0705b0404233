"""What a flow of the Connect tables refers to without saying so."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from vexil.core.change import Put
from vexil.core.connect import FlowConfiguration, QueueConfiguration, RoutingRule
from vexil.core.resource import Resource, ResourceId
from vexil.server.imports.outcome import Mapped

_QUEUE_PARAMETER = "queueArn"
"""The parameter by which the tables' reader found a flow's queue."""


def linked(mapped: Sequence[Mapped], held: Iterable[tuple[ResourceId, Resource]]) -> list[Mapped]:
    """The same, with each flow's queue and routing rules named as the tables' reader found them.

    The queue is the one with the ARN in the parameter `queueArn`, the rules are those whose routing key is
    the flow's id: in the tables, or held already.
    """
    known = [*held, *((put.id, put.resource) for one in mapped for put in one.puts)]
    queues = {resource.arn: id.key for id, resource in known if isinstance(resource, QueueConfiguration)}
    routes = {id.key.partition("/")[0] for id, resource in known if isinstance(resource, RoutingRule)}
    return [
        replace(one, puts=[_linked(put, queues, routes) for put in one.puts])
        if any(isinstance(put.resource, FlowConfiguration) for put in one.puts)
        else one
        for one in mapped
    ]


def _linked(put: Put, queues: dict[str, str], routes: set[str]) -> Put:
    flow = put.resource
    if not isinstance(flow, FlowConfiguration):
        return put
    arn = flow.parameters.get(_QUEUE_PARAMETER)
    return Put(
        put.id,
        replace(
            flow,
            queue_key=queues.get(arn) if isinstance(arn, str) else None,
            routing_key=put.id.key if put.id.key in routes else None,
        ),
    )

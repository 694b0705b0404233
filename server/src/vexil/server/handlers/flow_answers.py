"""Answers to ResolveFlow and RouteContact, put together from parts that are encoded once."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from vexil.convert.flow_parts import (
    decision_part,
    feature_part,
    flow_part,
    logging_part,
    queue_part,
    rest_part,
    revision_part,
    route_part,
    rules_part,
)
from vexil.core.flows.resolving import ResolvedFlow
from vexil.core.flows.routing import RouteDecision
from vexil.core.resource import ResourceState, Revision

T = TypeVar("T")

_MOST = 4096
_LARGEST = 4096
"""So many parts are kept, and so many bytes they may have: 16 MiB in all."""


class FlowAnswers:
    """Remembers the bytes of parts: a view has one object for each queue, decision and outcome."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, object], tuple[object, bytes]] = {}

    def resolved(self, state: ResourceState, resolved: ResolvedFlow) -> bytes:
        """The encoded `ResolveFlowResponse`; `state` is the flow's."""
        return b"".join(self._parts(state, resolved))

    def decided(self, decision: RouteDecision, revision: Revision) -> bytes:
        """The encoded `RouteContactResponse`."""
        return self._part(decision, decision_part) + revision_part(revision)

    def _parts(self, state: ResourceState, resolved: ResolvedFlow) -> Iterator[bytes]:
        part = self._part
        yield part(state, flow_part)
        if resolved.logging is not None:
            yield part(resolved.logging, logging_part)
        if resolved.queue is not None:
            yield part(resolved.queue, queue_part)
        if resolved.routing_rules:
            yield part(resolved.routing_rules, rules_part)
        if resolved.route is not None:
            yield part(resolved.route, route_part)
        for evaluation in resolved.features:
            # Errors are made for one call.
            lasts = evaluation.error_code is None
            yield part(evaluation, feature_part) if lasts else feature_part(evaluation)
        yield rest_part(resolved.omissions, resolved.revision)

    def _part(self, model: T, encode: Callable[[T], bytes]) -> bytes:
        place = (id(model), encode)
        known = self._known.get(place)
        # What is known is kept alive, so that no other object can have its id.
        if known is not None and known[0] is model:
            return known[1]
        encoded = encode(model)
        if len(encoded) <= _LARGEST:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[place] = (model, encoded)
        return encoded

"""Contacts, what is asked of flows, and what is answered."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.strategies.basic import (
    environment_names,
    keys,
    mappings,
    revisions,
    texts,
    tuples_of,
    versions,
)
from tests.support.strategies.connect import (
    flow_configurations,
    logging_settings,
    queue_configurations,
    routing_actions,
    routing_rules,
)
from tests.support.strategies.evaluation import evaluations
from vexil.core.flows.conditions import SkipReason
from vexil.core.flows.contact import Contact
from vexil.core.flows.omission import Omission, OmissionReason
from vexil.core.flows.queues import NamedQueue
from vexil.core.flows.resolving import Enrichment, ResolvedFlow
from vexil.core.flows.routing import NamedRoutingRule, RouteDecision, SkippedRule

_priorities = st.integers(0, 2**31 - 1)


def contacts() -> SearchStrategy[Contact]:
    """Contacts."""
    return st.builds(Contact, st.none() | texts(), mappings(texts(1), texts()))


def enrichments() -> SearchStrategy[Enrichment]:
    """What is added to a flow."""
    return st.builds(Enrichment, st.booleans(), st.booleans(), st.booleans())


def omissions() -> SearchStrategy[Omission]:
    """What an answer lacks."""
    return st.builds(Omission, texts(1), st.sampled_from(OmissionReason))


def named_queues() -> SearchStrategy[NamedQueue]:
    """Queues with their keys."""
    return st.builds(NamedQueue, keys(), queue_configurations(), versions())


def decisions() -> SearchStrategy[RouteDecision]:
    """What routing rules decide."""
    skipped = st.builds(SkippedRule, keys(), _priorities, st.sampled_from(SkipReason), texts())
    return st.builds(
        RouteDecision,
        rule_key=keys() | st.just(""),
        priority=_priorities,
        reason=texts(),
        actions=st.none() | routing_actions(),
        target_queue=st.none() | named_queues(),
        callback_queue=st.none() | named_queues(),
        skipped=tuples_of(skipped),
        omissions=tuples_of(omissions()),
    )


def resolved_flows() -> SearchStrategy[ResolvedFlow]:
    """Flows with what was asked for."""
    return st.builds(
        ResolvedFlow,
        flow_id=keys(),
        flow=flow_configurations(),
        version=versions(),
        environment=environment_names(),
        revision=revisions(),
        logging=st.none() | logging_settings(),
        queue=st.none() | named_queues(),
        routing_rules=tuples_of(st.builds(NamedRoutingRule, keys(), routing_rules(), versions())),
        route=st.none() | decisions(),
        features=tuples_of(evaluations()),
        omissions=tuples_of(omissions()),
    )

"""Finding a flow's configuration, with what else its reader asks for; from one view, without any I/O."""

from dataclasses import dataclass

from vexil.core.connect import FlowConfiguration, LoggingConfiguration, LoggingSettings
from vexil.core.errors import FailedPrecondition, NotFound, Reason
from vexil.core.evaluation import Evaluation, EvaluationContext
from vexil.core.flows.contact import NOBODY, Contact
from vexil.core.flows.labels import by_label
from vexil.core.flows.omission import Omission, OmissionReason
from vexil.core.flows.queues import NamedQueue, queues_of
from vexil.core.flows.routing import NamedRoutingRule, RouteDecision, find_route
from vexil.core.resource import Kind, ResourceState, Revision, Version
from vexil.core.view import Entries, View


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What is added to a flow's configuration."""

    queue: bool = False
    routing: bool = False
    features: bool = False


BARE = Enrichment()
"""Nothing."""


@dataclass(frozen=True, slots=True)
class ResolvedFlow:
    """A flow, and what was asked for with it; what of that is not there is in `omissions`.

    `environment` is where the configuration comes from: the view's or its nearest ancestor that has it.
    `routing_rules` are in the order in which they are tried, disabled ones too; `features` in the order of
    the flow's `feature_keys`.
    """

    flow_id: str
    flow: FlowConfiguration
    version: Version
    environment: str
    revision: Revision
    logging: LoggingSettings | None = None
    queue: NamedQueue | None = None
    routing_rules: tuple[NamedRoutingRule, ...] = ()
    route: RouteDecision | None = None
    features: tuple[Evaluation, ...] = ()
    omissions: tuple[Omission, ...] = ()


def resolve_flow(
    view: View, state: ResourceState, enrichment: Enrichment = BARE, contact: Contact = NOBODY
) -> ResolvedFlow:
    """What the flow is for a contact. `state` is what `active_flow` or `active_flow_named` found."""
    flow = _flow(state)
    omissions: list[Omission] = []
    queue = _queue(view, flow, omissions) if enrichment.queue else None
    rules, route = _routing(view, flow, contact, omissions) if enrichment.routing else ((), None)
    features = _features(view, flow, contact, omissions) if enrichment.features else ()
    return ResolvedFlow(
        flow_id=state.id.key,
        flow=flow,
        version=state.version,
        environment=state.id.environment,
        revision=view.revision,
        logging=flow.logging or _logging(view, state.id.key),
        queue=queue,
        routing_rules=rules,
        route=route,
        features=features,
        omissions=tuple(omissions),
    )


def active_flow(view: View, flow_id: str) -> ResourceState:
    """The flow of that id. Raises NotFound (CONFIGURATION_NOT_FOUND), FailedPrecondition (FLOW_DISABLED)."""
    state = view.state(Kind.FLOW_CONFIGURATION, flow_id)
    if state is None:
        raise NotFound(
            f"environment {view.environment!r} has no flow {flow_id!r}",
            metadata={"key": flow_id, "environment": view.environment},
        )
    return _active(view, state)


def active_flow_named(view: View, name: str) -> ResourceState:
    """The active flow of that name, compared exactly; of several the one with the smallest id.

    Raises NotFound (CONFIGURATION_NOT_FOUND), FailedPrecondition (FLOW_DISABLED) when none of them is active.
    """
    state = view.derived(Kind.FLOW_CONFIGURATION, _by_name).get(name)
    if state is None:
        raise NotFound(
            f"environment {view.environment!r} has no flow that is named {name!r}",
            metadata={"name": name, "environment": view.environment},
        )
    return _active(view, state)


def _active(view: View, state: ResourceState) -> ResourceState:
    if not _is_active(state):
        raise FailedPrecondition(
            f"the flow {state.id.key!r} is disabled in environment {view.environment!r}",
            reason=Reason.FLOW_DISABLED,
            metadata={"key": state.id.key, "environment": view.environment},
        )
    return state


def _by_name(entries: Entries) -> dict[str, ResourceState]:
    return by_label(entries, _name, _is_active)


def _name(state: ResourceState) -> str:
    return _flow(state).name


def _is_active(state: ResourceState) -> bool:
    return _flow(state).active


def _flow(state: ResourceState) -> FlowConfiguration:
    flow = state.resource
    assert isinstance(flow, FlowConfiguration)  # noqa: S101  # it stands among the flows
    return flow


def _logging(view: View, flow_id: str) -> LoggingSettings | None:
    """What the environment says where the flow says nothing; it has no bucket for recordings."""
    settings = view.derived(Kind.LOGGING_CONFIGURATION, _none_yet)
    for key in (f"flow/{flow_id}", f"environment/{view.environment}"):
        found = settings.get(key)
        if found is None and (state := view.state(Kind.LOGGING_CONFIGURATION, key)) is not None:
            found = settings[key] = _settings(state)
        if found is not None:
            return found
    return None


def _none_yet(_entries: Entries) -> dict[str, LoggingSettings]:
    return {}


def _settings(state: ResourceState) -> LoggingSettings:
    logging = state.resource
    assert isinstance(logging, LoggingConfiguration)  # noqa: S101  # it stands among these
    group = logging.destinations.log_group if logging.destinations is not None else None
    return LoggingSettings(logging.level, None if group is None else group.name, logging.contact_lens)


def _queue(view: View, flow: FlowConfiguration, omissions: list[Omission]) -> NamedQueue | None:
    if not flow.queue_key:
        omissions.append(Omission("queue", OmissionReason.NOT_CONFIGURED))
        return None
    found = queues_of(view).of_key(flow.queue_key)
    if isinstance(found, NamedQueue):
        return found
    omissions.append(found)
    return None


def _routing(
    view: View, flow: FlowConfiguration, contact: Contact, omissions: list[Omission]
) -> tuple[tuple[NamedRoutingRule, ...], RouteDecision | None]:
    if not flow.routing_key:
        omissions.append(Omission("routing", OmissionReason.NOT_CONFIGURED))
        return (), None
    route = find_route(view, flow.routing_key)
    if route is None:
        omissions.append(Omission(f"routing/{flow.routing_key}", OmissionReason.NOT_FOUND))
        return (), None
    return route.rules, route.decide(queues_of(view), contact)


def _features(
    view: View, flow: FlowConfiguration, contact: Contact, omissions: list[Omission]
) -> tuple[Evaluation, ...]:
    if not flow.feature_keys:
        omissions.append(Omission("features", OmissionReason.NOT_CONFIGURED))
        return ()
    context = EvaluationContext(contact.targeting_key, contact.attributes)
    features = []
    for key in flow.feature_keys:
        if key in view.settings:
            features.append(view.evaluate(key, context))
        else:
            omissions.append(Omission(f"feature/{key}", OmissionReason.NOT_FOUND))
    return tuple(features)

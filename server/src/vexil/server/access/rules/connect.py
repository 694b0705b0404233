"""What ConnectService needs."""

from collections.abc import Mapping

from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind, ResourceId
from vexil.core.selector import Selector
from vexil.server.access.permits import Permits
from vexil.server.access.rules.row import Row
from vexil.v1 import connect_service_pb2 as pb

_Request = pb.ResolveFlowRequest | pb.RouteContactRequest | pb.RenderTemplateRequest


class ConnectRules:
    """Flows, and all that their answers draw in.

    Which queues, rules and settings those are is only known when a flow was read; so whoever asks for them
    needs all of that kind in the environment. How contacts are logged is a part of a flow's answer.
    """

    def __init__(self, permits: Permits) -> None:
        self._permits = permits

    def rows(self) -> Mapping[str, Row]:
        """By the method's name."""
        return {
            "ResolveFlow": Row(self.resolve_flow),
            "RouteContact": Row(self.route_contact),
            "RenderTemplate": Row(self.render_template),
            "ValidateFlow": Row(self.validate_flow),
        }

    def resolve_flow(self, request: pb.ResolveFlowRequest, grants: Grants) -> None:
        """READ of the flow, by name of all flows; and of what it is enriched with, flags by EVALUATE."""
        if request.HasField("flow_id"):
            self._one(request, grants, Kind.FLOW_CONFIGURATION, request.flow_id)
        else:
            self._all(request, grants, Verb.READ, Kind.FLOW_CONFIGURATION)
        wanted = request.enrichment
        if wanted.queue or wanted.routing:
            self._all(request, grants, Verb.READ, Kind.QUEUE_CONFIGURATION)
        if wanted.routing:
            self._all(request, grants, Verb.READ, Kind.ROUTING_RULE)
        if wanted.features:
            self._all(request, grants, Verb.EVALUATE, Kind.SETTING)

    def route_contact(self, request: pb.RouteContactRequest, grants: Grants) -> None:
        """READ of the routing key's rules and of all queues."""
        rules = Selector(Kind.ROUTING_RULE, prefix=f"{request.routing_key}/")
        self._permits.selected(grants, Verb.READ, request.namespace, request.environment, rules)
        self._all(request, grants, Verb.READ, Kind.QUEUE_CONFIGURATION)

    def render_template(self, request: pb.RenderTemplateRequest, grants: Grants) -> None:
        """READ of the template; of the flow and all templates, where the flow names one; or of anything."""
        match request.WhichOneof("template"):
            case "flow_id":
                self._one(request, grants, Kind.FLOW_CONFIGURATION, request.flow_id)
                self._all(request, grants, Verb.READ, Kind.FLOW_TEMPLATE)
            case "template_key":
                self._one(request, grants, Kind.FLOW_TEMPLATE, request.template_key)
            case _:
                self._permits.environment(grants, Verb.READ, request.namespace, request.environment)

    def validate_flow(self, _request: pb.ValidateFlowRequest, grants: Grants) -> None:
        """READ of anything anywhere: it is about nothing but the request."""
        self._permits.anywhere(grants, Verb.READ)

    def _one(self, request: _Request, grants: Grants, kind: Kind, key: str) -> None:
        id = ResourceId(kind, request.environment, key)
        self._permits.resource(grants, Verb.READ, request.namespace, id)

    def _all(self, request: _Request, grants: Grants, verb: Verb, kind: Kind) -> None:
        selector = Selector(kind)
        self._permits.selected(grants, verb, request.namespace, request.environment, selector)

"""`vexil.v1.ConnectService`."""

from vexil.convert.flows import contact_from_proto, enrichment_from_proto, fill_finding
from vexil.convert.paths import within
from vexil.convert.wellknown import read_struct
from vexil.core.errors import NotFound
from vexil.core.flows.contact import Contact
from vexil.core.flows.resolving import active_flow, active_flow_named, resolve_flow
from vexil.core.flows.routing import route_contact
from vexil.server.call import CallContext
from vexil.server.contract import checks_limits, require_valid
from vexil.server.control.directory import Directory
from vexil.server.control.rendering import Rendering
from vexil.server.handlers.flow_answers import FlowAnswers
from vexil.v1 import connect_service_pb2 as pb

_SHORT = 1024
"""Bytes of a request in which no text, and no number of attributes, can be beyond its limit. Names that exist
are within theirs; so those that miss what they name, or have an attribute without a name, are checked."""


class ConnectHandlers:
    """What contact flows ask. Resolving and routing are plain functions: they have nothing to wait for."""

    def __init__(self, directory: Directory, rendering: Rendering) -> None:
        self._directory = directory
        self._rendering = rendering
        self._answers = FlowAnswers()

    @checks_limits(of_bytes=_SHORT)
    def resolve_flow(self, request: pb.ResolveFlowRequest, _call: CallContext) -> bytes:
        """A flow, with what else is asked for, as an encoded `ResolveFlowResponse`."""
        contact = _contact(request)
        try:
            view = self._directory.view(request.namespace, request.environment)
            if request.HasField("flow_id"):
                state = active_flow(view, request.flow_id)
            else:
                state = active_flow_named(view, request.flow_name)
        except NotFound:
            require_valid(request)
            raise
        resolved = resolve_flow(view, state, enrichment_from_proto(request.enrichment), contact)
        return self._answers.resolved(state, resolved)

    @checks_limits(of_bytes=_SHORT)
    def route_contact(self, request: pb.RouteContactRequest, _call: CallContext) -> bytes:
        """Where a contact goes, as an encoded `RouteContactResponse`."""
        contact = _contact(request)
        try:
            view = self._directory.view(request.namespace, request.environment)
            decision = route_contact(view, request.routing_key, contact)
        except NotFound:
            require_valid(request)
            raise
        return self._answers.decided(decision, view.revision)

    async def render_template(
        self, request: pb.RenderTemplateRequest, _call: CallContext
    ) -> pb.RenderTemplateResponse:
        """A template, filled."""
        view = self._directory.view(request.namespace, request.environment)
        with within("values"):
            values = read_struct(request.values)
        match request.WhichOneof("template"):
            case "flow_id":
                rendered, template = await self._rendering.flow(view, request.flow_id, values)
            case "template_key":
                rendered, template = await self._rendering.resource(view, request.template_key, values)
            case _:
                rendered, template = await self._rendering.content(request.content, values)
        response = pb.RenderTemplateResponse(
            content=rendered.content,
            unused=rendered.unused,
            source=template.source,
            source_version=template.version,
            revision=view.revision,
        )
        for finding in rendered.warnings:
            fill_finding(response.warnings.add(), finding)
        return response

    async def validate_flow(
        self, request: pb.ValidateFlowRequest, _call: CallContext
    ) -> pb.ValidateFlowResponse:
        """What is wrong with a flow."""
        findings = await self._rendering.findings(request.content)
        response = pb.ValidateFlowResponse(valid=not any(finding.is_error for finding in findings))
        for finding in findings:
            fill_finding(response.findings.add(), finding)
        return response


def _contact(request: pb.ResolveFlowRequest | pb.RouteContactRequest) -> Contact:
    contact = contact_from_proto(request.contact)
    if "" in contact.attributes:
        require_valid(request)
    return contact

"""`vexil.v1.ConnectService`."""

from vexil.convert.flows import (
    contact_from_proto,
    enrichment_from_proto,
    fill_decision,
    fill_finding,
    resolved_flow_to_proto,
)
from vexil.convert.paths import within
from vexil.convert.wellknown import read_struct
from vexil.core.flows.resolving import active_flow, active_flow_named, resolve_flow
from vexil.core.flows.routing import route_contact
from vexil.server.call import CallContext
from vexil.server.control.directory import Directory
from vexil.server.control.rendering import Rendering
from vexil.v1 import connect_service_pb2 as pb


class ConnectHandlers:
    """What contact flows ask. Resolving and routing are plain functions: they have nothing to wait for."""

    def __init__(self, directory: Directory, rendering: Rendering) -> None:
        self._directory = directory
        self._rendering = rendering

    def resolve_flow(self, request: pb.ResolveFlowRequest, _call: CallContext) -> pb.ResolveFlowResponse:
        """A flow, with what else is asked for."""
        view = self._directory.view(request.namespace, request.environment)
        if request.WhichOneof("flow") == "flow_id":
            state = active_flow(view, request.flow_id)
        else:
            state = active_flow_named(view, request.flow_name)
        enrichment = enrichment_from_proto(request.enrichment)
        return resolved_flow_to_proto(
            resolve_flow(view, state, enrichment, contact_from_proto(request.contact))
        )

    def route_contact(self, request: pb.RouteContactRequest, _call: CallContext) -> pb.RouteContactResponse:
        """Where a contact goes."""
        view = self._directory.view(request.namespace, request.environment)
        decision = route_contact(view, request.routing_key, contact_from_proto(request.contact))
        response = pb.RouteContactResponse(revision=view.revision)
        fill_decision(response.decision, decision)
        return response

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

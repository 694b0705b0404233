"""Templates filled and flows checked, beside everything else that the server does."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from vexil.core.connect import FlowConfiguration, Json
from vexil.core.errors import NotFound, Reason
from vexil.core.flows.language import FlowFinding, validate
from vexil.core.flows.rendering import Rendered, render
from vexil.core.flows.resolving import active_flow
from vexil.core.view import View
from vexil.server.templates.template import Template
from vexil.server.templates.templates import Templates, template_resource

T = TypeVar("T")

_NO_PARAMETERS: Json = {}


class Rendering:
    """Fills and checks in one thread of its own: the largest flow takes tens of milliseconds of Python."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vexil-flows")

    async def flow(self, view: View, flow_id: str, values: Json) -> tuple[Rendered, Template]:
        """The template of a flow, filled from its parameters first.

        Raises NotFound (CONFIGURATION_NOT_FOUND, TEMPLATE_NOT_FOUND), FailedPrecondition (FLOW_DISABLED), and
        as `Templates.read` and `render` do.
        """
        flow = active_flow(view, flow_id).resource
        assert isinstance(flow, FlowConfiguration)  # noqa: S101  # it was found among the flows
        if flow.template is None:
            raise NotFound(
                f"the flow {flow_id!r} has no template",
                reason=Reason.TEMPLATE_NOT_FOUND,
                metadata={"template": "", "key": flow_id},
            )
        template = await self._templates.read(view, flow.template)
        return await self._render(template, flow.parameters, values)

    async def resource(self, view: View, key: str, values: Json) -> tuple[Rendered, Template]:
        """The template resource of that key. Raises NotFound (TEMPLATE_NOT_FOUND), and as `render` does."""
        return await self._render(template_resource(view, key), _NO_PARAMETERS, values)

    async def content(self, text: str, values: Json) -> tuple[Rendered, Template]:
        """A template that the caller brought. Raises as `render` does."""
        return await self._render(Template(text), _NO_PARAMETERS, values)

    async def findings(self, text: str) -> list[FlowFinding]:
        """What is wrong with a flow, or a template."""
        return await self._aside(validate, text)

    async def close(self) -> None:
        """Waits for the work under way, and closes the templates."""
        await asyncio.to_thread(self._thread.shutdown)
        await self._templates.close()

    async def _render(self, template: Template, parameters: Json, values: Json) -> tuple[Rendered, Template]:
        return await self._aside(render, template.content, parameters, values, template.defaults), template

    async def _aside(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

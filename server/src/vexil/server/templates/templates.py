"""Templates wherever a flow's configuration says that they are."""

from typing import Self

from vexil.core.connect import FlowTemplate, TemplateInFile, TemplateInS3, TemplateLocation
from vexil.core.resource import Kind
from vexil.core.view import View
from vexil.server.clock import Clock
from vexil.server.settings import ServerSettings
from vexil.server.templates.files import FileTemplates
from vexil.server.templates.refusals import missing
from vexil.server.templates.s3_objects import S3Objects
from vexil.server.templates.s3_templates import S3Templates
from vexil.server.templates.template import Template, TemplateSource


class Templates:
    """Reads a template by its location: from the view itself, from a file, from S3."""

    def __init__(self, files: TemplateSource, objects: TemplateSource) -> None:
        self._files = files
        self._objects = objects

    @classmethod
    def of(cls, settings: ServerSettings, clock: Clock) -> Self:
        """What the settings allow; nothing is opened yet."""
        return cls(FileTemplates(settings.template_dir), S3Templates(S3Objects(settings.s3_endpoint), clock))

    async def read(self, view: View, location: TemplateLocation) -> Template:
        """The template there. Raises as `TemplateSource.read` does."""
        match location:
            case TemplateInS3(uri):
                return await self._objects.read(uri)
            case TemplateInFile(path):
                return await self._files.read(path)
            case _:
                return template_resource(view, location.key)

    async def close(self) -> None:
        """Lets go of connections and threads."""
        await self._files.close()
        await self._objects.close()


def template_resource(view: View, key: str) -> Template:
    """The template that is a resource of that key. Raises NotFound (TEMPLATE_NOT_FOUND)."""
    state = view.state(Kind.FLOW_TEMPLATE, key)
    source = f"template/{key}"
    if state is None:
        raise missing(source, f"environment {view.environment!r} has no such resource")
    template = state.resource
    assert isinstance(template, FlowTemplate)  # noqa: S101  # it stands among the templates
    return Template(template.content, source, str(state.version), template.defaults)

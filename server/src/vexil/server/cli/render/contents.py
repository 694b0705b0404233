"""The content of resources as manifests write it."""

from typing import Any

from vexil.core.resource import KIND_OF, Namespace, Resource
from vexil.files.codecs.resources import NAMESPACE, SECTION_OF
from vexil.files.formats import yaml_writer
from vexil.server.cli.render.text import printable


def content(resource: Resource) -> Any:
    """The resource as a manifest's section has it: a bare value or a mapping."""
    if isinstance(resource, Namespace):
        return NAMESPACE.encode(resource)
    return SECTION_OF[KIND_OF[type(resource)]].codec.encode(resource)


def content_lines(resource: Resource) -> list[str]:
    """The same as lines of YAML, safe to show; a bare value stands under `value`."""
    written = content(resource)
    document = written if isinstance(written, dict) else {"value": written}
    return [printable(line) for line in yaml_writer.write([document]).splitlines()]

"""The content of resources as manifests write it."""

from typing import Any

from vexil.convert.resources import resource_to_proto
from vexil.core.resource import KIND_OF, Namespace, Resource
from vexil.core.sensitivity import mapped
from vexil.core.value import Redacted, Value
from vexil.files.codecs.resources import NAMESPACE, SECTION_OF
from vexil.files.formats import yaml_writer
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.values import literal


def content(resource: Resource) -> Any:
    """The resource as a manifest's section has it: a bare value or a mapping; permissions as in JSON."""
    if isinstance(resource, Namespace):
        return NAMESPACE.encode(resource)
    if (kind := KIND_OF[type(resource)]).of_access:
        (written,) = document(resource_to_proto(resource)).values()
        return written
    return SECTION_OF[kind].codec.encode(resource)


def content_lines(resource: Resource) -> list[str]:
    """The same as lines of YAML, safe to show; a bare value stands under `value`."""
    written = content(mapped(resource, _shown))
    document = written if isinstance(written, dict) else {"value": written}
    return [printable(line) for line in yaml_writer.write([document]).splitlines()]


def _shown(_: str, value: Value) -> Value:
    is_hidden = isinstance(value.data, Redacted) or value.sensitive
    return Value.of_string(literal(value)) if is_hidden else value

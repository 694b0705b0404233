"""Writing manifests."""

from collections.abc import Iterable
from typing import Any, Protocol

from vexil.core.errors import InvalidRequest
from vexil.core.resource import Kind, Namespace, Resource, ResourceId
from vexil.files.codecs.resources import NAMESPACE, SECTION_OF, SECTIONS
from vexil.files.document import Format
from vexil.files.formats.write import WRITERS


class HasContent(Protocol):
    """A ResourceState, a Put: what names a resource and holds its content."""

    @property
    def id(self) -> ResourceId:
        """The resource's id."""
        ...

    @property
    def resource(self) -> Resource:
        """Its content."""
        ...


def dump(
    resources: Iterable[HasContent],
    format: Format = "yaml",  # noqa: A002  its name for those who call it
    *,
    namespace: str,
) -> str:
    """A manifest that asks for exactly these resources of a namespace: `load` gives the same content back.

    What belongs to no environment comes first, then each environment in a document of its own; keys are
    sorted. Raises InvalidRequest for JSON nulls in TOML, which has none, and for permissions: these are not
    carried by files.
    """
    return WRITERS[format](_documents(resources, namespace))


def _documents(resources: Iterable[HasContent], namespace: str) -> list[dict[str, Any]]:
    by_environment: dict[str, dict[Kind, dict[str, Any]]] = {}
    head: Any = namespace
    for one in resources:
        if isinstance(one.resource, Namespace):
            head = {"name": namespace, **NAMESPACE.encode(one.resource)}
            continue
        if one.id.kind.of_access:
            raise InvalidRequest(f"{one.id} is a permission; manifests carry none")
        written = SECTION_OF[one.id.kind].codec.encode(one.resource)
        by_environment.setdefault(one.id.environment, {}).setdefault(one.id.kind, {})[one.id.key] = written
    documents = []
    if isinstance(head, dict):
        by_environment.setdefault("", {})
    for environment, kinds in sorted(by_environment.items()):
        document: dict[str, Any] = {"namespace": namespace if environment else head}
        if environment:
            document["environment"] = environment
        for section in SECTIONS:
            if section.kind in kinds:
                document[section.name] = dict(sorted(kinds[section.kind].items()))
        documents.append(document)
    return documents

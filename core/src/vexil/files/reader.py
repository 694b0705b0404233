"""Turning documents into changes."""

from collections.abc import Iterator
from typing import Any

from vexil.core.change import Put
from vexil.core.errors import Reason
from vexil.core.resource import Kind, Resource, ResourceId
from vexil.core.validation import check_put
from vexil.core.validation.content import LABEL_FORM
from vexil.core.validation.content.texts import shown
from vexil.core.validation.limits import LABEL
from vexil.files.codecs.misfit import Misfit, name_of, unknown
from vexil.files.codecs.resources import NAMESPACE, SECTIONS, Section
from vexil.files.codecs.scalars import Text
from vexil.files.document import Document, TextFile
from vexil.files.formats.syntax import SyntaxProblem
from vexil.files.manifest import LocatedChange, Manifest
from vexil.files.path import Path, render
from vexil.files.source import FileProblem, ManifestError, Source

_FIELDS = ("namespace", "environment", *(section.name for section in SECTIONS))
_ORDER = {Kind.NAMESPACE: -1, **{section.kind: place for place, section in enumerate(SECTIONS)}}


class Reader:
    """Takes texts and collects what they ask for, and what is wrong in them.

    `namespace` and `environment` stand in where a document names none.
    """

    def __init__(self, namespace: str | None = None, environment: str | None = None) -> None:
        self._namespace = namespace
        self._environment = environment
        self._changes: dict[tuple[str, ResourceId], LocatedChange] = {}
        self._problems: list[FileProblem] = []

    def manifest(self) -> Manifest:
        """What was read. Raises ManifestError with all problems."""
        if self._problems:
            raise ManifestError(self._problems)
        places = {name: place for place, name in enumerate(dict.fromkeys(name for name, _ in self._changes))}
        return Manifest(
            tuple(
                sorted(
                    self._changes.values(),
                    key=lambda located: (places[located.namespace], _ORDER[located.change.id.kind]),
                )
            )
        )

    def note(
        self, source: Source, message: str, path: Path = (), reason: Reason = Reason.INVALID_REQUEST
    ) -> None:
        """Remembers a problem."""
        self._problems.append(FileProblem(source, render(path), message, reason))

    def read(self, file: TextFile) -> None:
        """Reads the documents of a text."""
        try:
            values = file.parse()
        except SyntaxProblem as problem:
            self.note(Source(file.name, *problem.position), problem.message, problem.path[1:])
            return
        documents = [
            document for index, data in enumerate(values) for document in _documents(file, index, data)
        ]
        if not documents:
            self.note(Source(file.name), "is empty; a manifest says namespace: and what it sets")
        for document in documents:
            self._read_document(document)

    def _read_document(self, document: Document) -> None:
        data = document.data
        if not isinstance(data, dict):
            self._refuse(
                document, (), f"must be a mapping with namespace: and what it sets, not {name_of(data)}"
            )
            return
        for name in data:
            if name not in _FIELDS:
                self._refuse(document, (name,), unknown(name, _FIELDS))
        namespace = self._read_namespace(document)
        environment = self._environment
        if "environment" in data:
            environment = self._read_label(document, ("environment",), data["environment"])
        for section in SECTIONS:
            if data.get(section.name) is not None:
                self._read_section(document, section, namespace, environment)

    def _read_namespace(self, document: Document) -> str:
        """The name of the document's namespace; empty where that is a problem, which is noted."""
        if "namespace" not in document.data:
            if self._namespace is None:
                self._refuse(document, (), "the field 'namespace' is missing")
            return self._namespace or ""
        written = document.data["namespace"]
        if not isinstance(written, dict):
            return self._read_label(document, ("namespace",), written)
        if "name" not in written:
            self._refuse(document, ("namespace",), "the field 'name' is missing")
            return ""
        name = self._read_label(document, ("namespace", "name"), written["name"])
        try:
            namespace = NAMESPACE.decode({field: item for field, item in written.items() if field != "name"})
        except Misfit as misfit:
            self._refuse_all(document, ("namespace",), misfit)
        else:
            if name:
                self._add(document, ("namespace",), name, ResourceId(Kind.NAMESPACE, "", name), namespace)
        return name

    def _read_label(self, document: Document, path: Path, written: Any) -> str:
        """The name of a namespace or an environment; empty where that is a problem, which is noted."""
        try:
            name = Text().decode(written)
        except Misfit as misfit:
            self._refuse_all(document, path, misfit)
            return ""
        if LABEL.fullmatch(name) is None:
            self._refuse(document, path, f"must be {LABEL_FORM}, not {shown(name)}")
            return ""
        return name

    def _read_section(
        self, document: Document, section: Section, namespace: str, environment: str | None
    ) -> None:
        members = document.data[section.name]
        if not isinstance(members, dict):
            self._refuse(document, (section.name,), f"must be a mapping by key, not {name_of(members)}")
            return
        if not section.kind.in_environment:
            environment = ""
        elif not environment:
            if environment is None and members:
                self._refuse(document, (section.name,), "the document must say in which environment:")
            return
        kind, decode = section.kind, section.codec.decode
        for key, written in members.items():
            try:
                resource = decode(written)
            except Misfit as misfit:
                self._refuse_all(document, (section.name, key), misfit)
            else:
                self._add(
                    document, (section.name, key), namespace, ResourceId(kind, environment, key), resource
                )

    def _add(
        self, document: Document, path: Path, namespace: str, id: ResourceId, resource: Resource
    ) -> None:
        before = self._changes.get((namespace, id))
        if before is not None:
            self._refuse(document, path, f"{id} is set at {before.source} as well")
            return
        located = self._changes[namespace, id] = LocatedChange(namespace, Put(id, resource), document, path)
        for finding in check_put(id, resource):
            place = located.path_of(finding.field)
            self._refuse(document, place, finding.description, finding.reason)

    def _refuse(
        self, document: Document, path: Path, message: str, reason: Reason = Reason.INVALID_REQUEST
    ) -> None:
        self.note(document.source(path), message, (*document.root[1:], *path), reason)

    def _refuse_all(self, document: Document, path: Path, misfit: Misfit) -> None:
        for below, message in misfit.problems:
            self._refuse(document, (*path, *below), message)


def _documents(file: TextFile, index: int, data: Any) -> Iterator[Document]:
    """The documents of one top-level value: itself, or the items of its field `documents`; none if empty."""
    if isinstance(data, dict) and list(data) == ["documents"] and isinstance(data["documents"], list):
        for item, inner in enumerate(data["documents"]):
            yield Document(file, (index, "documents", item), inner)
    elif data is not None and data != {}:
        yield Document(file, (index,), data)

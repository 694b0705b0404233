"""What an import brings in, read from exports and manifests."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vexil.core.change import Put
from vexil.core.validation.ordering import references_first
from vexil.files.document import SUFFIXES
from vexil.files.load import load
from vexil.files.path import Path as FieldPath
from vexil.files.path import parse
from vexil.files.source import Source
from vexil.server.cli.inputs import name_of_file, read_text
from vexil.server.cli.jsonlines import read_header, read_states
from vexil.server.cli.places import Written
from vexil.server.cli.usage import UsageError


@dataclass(frozen=True, slots=True)
class Shipment:
    """Changes for one namespace, each with its place in a file, in an order in which they can be made."""

    namespace: str
    changes: Sequence[Written]


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A change that is one line of an export."""

    change: Put
    source: Source

    def locate(self, field: str) -> Source:
        """The line."""
        return self.source

    def path_of(self, field: str) -> FieldPath:
        """The field inside the resource, as the contract calls it."""
        return parse(field)[3:]


def read_shipments(
    paths: Sequence[Path], target: str, namespace: str | None, environment: str | None
) -> Iterator[Shipment]:
    """Everything in the files, namespace by namespace, read completely before anything is sent.

    Directories and files with a manifest's suffix are manifests, everything else is an export. `target` is
    where an export goes, empty: where it came from. `namespace` and `environment` stand in where a manifest
    names none. Raises ManifestError and UsageError.
    """
    manifests = [path for path in paths if path.is_dir() or path.suffix.lower() in SUFFIXES]
    for path in paths:
        if path not in manifests:
            yield _export(path, target)
    if manifests:
        manifest = load(manifests, namespace=namespace, environment=environment)
        for name in manifest.namespaces:
            changes = [located for located in manifest.changes if located.namespace == name]
            yield Shipment(name, _in_order(changes))


def _export(path: Path, target: str) -> Shipment:
    name = name_of_file(path)
    lines = io.StringIO(read_text(path))
    header = read_header(name, next(lines, ""))
    changes = [
        WrittenLine(Put(state.id, state.resource), source) for source, state in read_states(name, lines)
    ]
    if len(changes) != header.resource_count:
        raise UsageError(
            f"{name} says that it has {header.resource_count} resources, and has {len(changes)}.",
            "It was cut off or changed; export it again.",
        )
    return Shipment(target or header.namespace, _in_order(changes))


def _in_order(changes: Sequence[Written]) -> list[Written]:
    return references_first(changes, lambda written: written.change)

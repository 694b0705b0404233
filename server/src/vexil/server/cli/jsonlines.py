"""Exports as JSON lines: a header, then every resource as `vexil.v1.ResourceState` in JSON, one on a line.

Nothing is lost: what is written is read back as exactly the same resources, whatever their kind.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from google.protobuf import json_format

from vexil.convert.resources import state_from_proto, state_to_proto
from vexil.core import jsontext
from vexil.core.errors import VexilError
from vexil.core.resource import ResourceState
from vexil.files.formats.visible import visible
from vexil.files.source import FileProblem, ManifestError, Source
from vexil.server.cli.render.messages import document
from vexil.v1 import resource_pb2 as resource_pb

FORMAT = "vexil-export"
"""What the header's `format` says."""

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: what was exported, when it was at which revision, and how many lines follow."""

    namespace: str
    revision: int
    resource_count: int


def write_header(file: TextIO, header: Header) -> None:
    """Writes the first line."""
    _write(
        file,
        {
            "format": FORMAT,
            "version": _VERSION,
            "namespace": header.namespace,
            "revision": str(header.revision),
            "resourceCount": str(header.resource_count),
        },
    )


def write_states(file: TextIO, states: Iterable[ResourceState]) -> None:
    """Writes a line for each resource."""
    for state in states:
        _write(file, document(state_to_proto(state)))


def read_header(name: str, line: str) -> Header:
    """The header that the first line is. Raises ManifestError."""
    found = _object(name, 1, line)
    if found.get("format") != FORMAT or found.get("version") != _VERSION:
        raise _problem(name, 1, f"is no header of an export ({FORMAT} {_VERSION}); `vexil export` writes one")
    try:
        return Header(str(found["namespace"]), int(found["revision"]), int(found["resourceCount"]))
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise _problem(name, 1, f"lacks something: {error}") from error


def read_states(name: str, lines: Iterable[str]) -> Iterator[tuple[Source, ResourceState]]:
    """The resources of the lines after the header, each with its place. Raises ManifestError."""
    for number, line in enumerate(lines, start=2):
        if line.strip():
            yield Source(name, number), _state(name, number, line)


def _state(name: str, number: int, line: str) -> ResourceState:
    found = _object(name, number, line)
    try:
        message = json_format.ParseDict(found, resource_pb.ResourceState())
        return state_from_proto(message)
    except (json_format.ParseError, VexilError, OverflowError) as error:  # the last: an enumeration of 1e999
        raise _problem(name, number, f"is no resource: {error}") from error


def _object(name: str, number: int, line: str) -> dict[str, Any]:
    try:
        found = jsontext.parse_loosely(line)
    except (ValueError, RecursionError) as error:
        raise _problem(name, number, f"is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise _problem(name, number, "is no JSON object")
    return found


def _write(file: TextIO, line: Mapping[str, Any]) -> None:
    file.write(visible(json.dumps(line, ensure_ascii=False, separators=(",", ":"))) + "\n")


def _problem(name: str, number: int, message: str) -> ManifestError:
    return ManifestError([FileProblem(Source(name, number), "", message)])

"""`vexil export`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal, TextIO

from cyclopts import Parameter

from vexil.convert.resources import state_from_proto
from vexil.files.document import SUFFIXES
from vexil.files.dump import dump
from vexil.server.cli.inventory import export_parts
from vexil.server.cli.jsonlines import Header, write_header, write_states
from vexil.server.cli.parameters import AtRevision
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import admin_service_pb2 as admin_pb

ExportFormat = Literal["yaml", "json", "toml", "jsonl"]

_SUFFIXES: dict[str, ExportFormat] = {**SUFFIXES, ".jsonl": "jsonl"}

_SHARED = "_namespace"
"""The file of what belongs to no environment; no environment can be called so."""


def export(
    *,
    to: Annotated[
        Path | None,
        Parameter(
            help="A file, or a directory that gets a manifest per environment. Default: standard output."
        ),
    ] = None,
    as_format: Annotated[
        ExportFormat | None,
        Parameter(
            name="--format", help="Default: what --to ends in, else yaml. jsonl keeps versions and times."
        ),
    ] = None,
    at_revision: AtRevision = None,
    session: Injected,
) -> None:
    """Write what a namespace holds to files.

    With --environment only what that one itself sets. Manifests are for people and `vexil apply`; --format
    jsonl is for `vexil import`, however much it is.
    """
    chosen = as_format or (_SUFFIXES.get(to.suffix, "yaml") if to is not None else "yaml")
    request = admin_pb.ExportRequest(
        namespace=session.namespace, environment=session.named_environment, at_revision=at_revision
    )
    parts = export_parts(session, request)
    if chosen == "jsonl":
        with _opened(session, to) as file:
            _write_lines(session.namespace, parts, file)
        return
    states = [state_from_proto(message) for part in parts for message in part.resources]
    if to is None or not to.is_dir():
        with _opened(session, to) as file:
            file.write(dump(states, chosen, namespace=session.namespace))
        return
    for environment in sorted({state.id.environment for state in states}):
        members = [state for state in states if state.id.environment == environment]
        with _opened(session, to / f"{environment or _SHARED}.{chosen}") as file:
            file.write(dump(members, chosen, namespace=session.namespace))


def _write_lines(namespace: str, parts: Iterable[admin_pb.ExportResponse], file: TextIO) -> None:
    is_first = True
    for part in parts:
        if is_first:
            write_header(file, Header(namespace, part.revision, part.resource_count))
            is_first = False
        write_states(file, map(state_from_proto, part.resources))


@contextmanager
def _opened(session: Session, path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that appears under its name when it is complete. Raises UsageError."""
    if path is None:
        yield session.terminal.text
        return
    if path.is_dir():
        raise UsageError(f"{path} is a directory, and JSON lines are one file.", "Name a file in it.")
    draft = path.with_name(f".{path.name}.partial")
    try:
        with draft.open("w", encoding="utf-8") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    session.terminal.note(f"Wrote {path}.")

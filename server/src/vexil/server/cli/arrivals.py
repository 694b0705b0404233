"""Bringing a schedule to a server, batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vexil.convert.changes import requested_change_to_proto
from vexil.core.change import Change, Precondition, Put, VersionIs
from vexil.core.errors import VexilError
from vexil.core.resource import Deleted, Kind, Namespace, ResourceId, Revision, Version
from vexil.server.cli.batches import Batch, batches, request_id
from vexil.server.cli.commits import commit
from vexil.server.cli.inventory import Inventory
from vexil.server.cli.progress import progress_bar
from vexil.server.cli.session import Session
from vexil.server.imports.schedule import Schedule
from vexil.v1 import admin_service_pb2 as admin_pb


@dataclass(frozen=True, slots=True)
class Destination:
    """A namespace, what it holds (None: it has to be made), and how it is written to."""

    namespace: str
    held: Inventory | None
    batch_size: int
    message: str


def write_all(session: Session, schedule: Schedule, destination: Destination) -> Revision:
    """Commits everything; the revision after it.

    Each commit holds only if what it changes is as it was found: when others come first, nothing of that
    batch is written. Those before it stay, and the same import goes on with the rest. Raises VexilError.
    """
    held = destination.held
    revision = began = held.revision if held is not None else Revision(0)
    versions = {} if held is None else {id: state.version for id, state in held.states.items()}
    written = 0
    with progress_bar(session.terminal) as progress:
        task = progress.add_task(f"Importing into {destination.namespace}", total=len(schedule.writes))
        for batch in batches(schedule.writes, destination.batch_size):
            changes: list[Change] = batch.changes
            preconditions: list[Precondition] = batch.preconditions(versions)
            if revision == 0:
                made = ResourceId(Kind.NAMESPACE, "", destination.namespace)
                changes.append(Put(made, Namespace()))
                preconditions.append(VersionIs(made, Version(0)))
            try:
                done = commit(
                    session,
                    changes,
                    preconditions,
                    namespace=destination.namespace,
                    message=destination.message,
                    request_id=request_id(destination.namespace, began, changes, preconditions),
                )
            except (VexilError, KeyboardInterrupt) as error:
                if written:
                    left = f"{written} of {len(schedule.writes)} changes are made"
                    session.terminal.note(f"{left}; the same command goes on with the rest.")
                raise batch.blamed(error) if isinstance(error, VexilError) else error from error
            revision = done.revision
            versions.update({c.id: c.version for c in done.changes if not isinstance(c, Deleted)})
            written += len(batch.writes)
            progress.advance(task, len(batch.writes))
    return revision


def check_all(session: Session, schedule: Schedule, destination: Destination) -> None:
    """Has the server check every batch, as if those before it were committed. Raises VexilError."""
    planned = list(batches(schedule.writes, destination.batch_size))
    checked = 0
    try:
        with session.errors():
            for _ in session.admin.import_(_requests(planned, destination), metadata=session.metadata):
                checked += 1
    except VexilError as error:
        raise planned[checked].blamed(error) if checked < len(planned) else error from error


def _requests(planned: Sequence[Batch], destination: Destination) -> Iterator[admin_pb.ImportRequest]:
    header = admin_pb.ImportHeader(
        namespace=destination.namespace,
        create_namespace=destination.held is None,
        message=destination.message,
        dry_run=True,
    )
    for number, batch in enumerate(planned):
        yield admin_pb.ImportRequest(
            header=header if number == 0 else None, changes=map(requested_change_to_proto, batch.changes)
        )

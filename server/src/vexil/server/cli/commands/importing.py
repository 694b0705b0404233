"""`vexil import`."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from vexil.convert.changes import requested_change_to_proto
from vexil.core.errors import VexilError
from vexil.server.cli.commands.importing_items import connect, flags, parameters
from vexil.server.cli.inputs import InputFile
from vexil.server.cli.parameters import CommitMessage, DryRun
from vexil.server.cli.places import Written, told_by_place
from vexil.server.cli.progress import progress_bar
from vexil.server.cli.render.text import counted
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.shipments import Shipment, read_shipments
from vexil.server.cli.usage import UsageError
from vexil.v1 import admin_service_pb2 as admin_pb

app = App(name="import", help="Load exports or manifests in bulk, or what other systems keep in AWS.")
app.command(connect)
app.command(flags)
app.command(parameters)


@dataclass(slots=True)
class Arrived:
    """How far an import is."""

    written: int = 0
    unchanged: int = 0
    revision: int = 0


@app.default
def import_files(
    *files: Annotated[
        InputFile, Parameter(help="Exports (.jsonl), manifests, directories of these, or `-`.")
    ],
    create_namespace: Annotated[
        bool, Parameter(negative=(), help="Make the namespace when it is not there.")
    ] = False,
    batch_size: Annotated[
        int, Parameter(validator=Number(gte=1, lte=1000), help="Changes in one commit.")
    ] = 1000,
    message: CommitMessage = "",
    dry_run: DryRun = False,
    session: Injected,
) -> None:
    """Load exports or manifests in bulk.

    An export goes to the namespace that it came from, or to --namespace, in as many commits as it takes. What
    is there already with the same content is left alone: a broken import goes on when it is repeated.
    """
    if not files:
        raise UsageError("No file is given.", "`vexil import FILE…`.")
    shipments = list(
        read_shipments(files, session.named_namespace, session.default_namespace, session.default_environment)
    )
    for shipment in shipments:
        header = admin_pb.ImportHeader(
            namespace=shipment.namespace, create_namespace=create_namespace, message=message, dry_run=dry_run
        )
        arrived = Arrived()
        try:
            _send(session, shipment, header, batch_size, arrived)
        except VexilError:
            if arrived.written and not dry_run:
                session.terminal.note(
                    f"{arrived.written + arrived.unchanged} of {len(shipment.changes)} resources are there; "
                    "the same command goes on with the rest."
                )
            raise
        _tell(session, shipment, arrived, dry_run=dry_run)


def _send(
    session: Session, shipment: Shipment, header: admin_pb.ImportHeader, batch_size: int, arrived: Arrived
) -> None:
    """Sends batch after batch, and counts in `arrived` what the server has taken. Raises VexilError."""
    batches = [
        shipment.changes[start : start + batch_size]
        for start in range(0, max(len(shipment.changes), 1), batch_size)
    ]
    waiting = deque(batches)
    with progress_bar(session.terminal) as progress:
        task = progress.add_task(f"Importing into {shipment.namespace}", total=len(shipment.changes))
        try:
            with session.errors():
                for response in session.admin.import_(_requests(header, batches), metadata=session.metadata):
                    arrived.written += response.written
                    arrived.unchanged += response.unchanged
                    arrived.revision = response.revision
                    progress.advance(task, len(waiting.popleft()))
        except VexilError as error:
            raise told_by_place(error, waiting[0] if waiting else ()) from error


def _requests(
    header: admin_pb.ImportHeader, batches: Sequence[Sequence[Written]]
) -> Iterator[admin_pb.ImportRequest]:
    for number, batch in enumerate(batches):
        yield admin_pb.ImportRequest(
            header=header if number == 0 else None,
            changes=[requested_change_to_proto(written.change) for written in batch],
        )


def _tell(session: Session, shipment: Shipment, arrived: Arrived, *, dry_run: bool) -> None:
    if session.terminal.structured:
        session.terminal.record(
            {
                "namespace": shipment.namespace,
                "written": arrived.written,
                "unchanged": arrived.unchanged,
                "revision": str(arrived.revision),
                "dryRun": dry_run,
            }
        )
        return
    verb = "would be written" if dry_run else "written"
    session.terminal.show(
        f"{shipment.namespace}: {counted(arrived.written, 'resource')} {verb}, {arrived.unchanged} unchanged"
        f" (revision {arrived.revision})."
    )

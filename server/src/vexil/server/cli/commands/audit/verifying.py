"""`vexil audit verify`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.progress import Progress, TaskID

from vexil.core.audit.position import Position
from vexil.server.audit.chains import ChainReport, verify_chains
from vexil.server.audit.checkpoint import read_checkpoint
from vexil.server.audit.exporting import verify_lines
from vexil.server.audit.journals import verify_journal
from vexil.server.backup import places
from vexil.server.cli.commands.audit.times import time_of
from vexil.server.cli.exits import Exit
from vexil.server.cli.progress import progress_bar
from vexil.server.cli.render.audits import report_document, report_lines
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.server.logging import configure_logging


def verify(
    *,
    store: Annotated[
        str | None,
        Parameter(env_var="VEXIL_STORE", help="The store, as `vexil serve --store` takes it."),
    ] = None,
    from_export: Annotated[
        Path | None, Parameter(help="Lines of `vexil audit export`, instead of a store.")
    ] = None,
    journal: Annotated[
        Path | None, Parameter(help="A directory of journals of denied attempts, instead of a store.")
    ] = None,
    checkpoint: Annotated[
        Sequence[Path], Parameter(negative=(), help="Signed checkpoints to compare with.")
    ] = (),
    public_key: Annotated[
        Sequence[Path],
        Parameter(
            env_var="VEXIL_AUDIT_PUBLIC_KEY",
            negative=(),
            help="What verifies their signatures; after a rotation also the keys before.",
        ),
    ] = (),
    remembered: Annotated[
        Sequence[str],
        Parameter(negative=(), help="NAMESPACE:REVISION:CHAIN that somebody has noted, in hexadecimal."),
    ] = (),
    kept_since: Annotated[
        str, Parameter(help="Journals that began before this time were removed: they may be missing.")
    ] = "",
    session: Injected,
) -> int:
    """Go through the audit chain and say what was edited, deleted, moved or cut off.

    It reads all that is kept, of one namespace with -n. That an end was cut off, or the whole chain computed
    anew, shows only beside a checkpoint or a remembered position. With --journal: denied attempts and reads
    that servers have written to files. Exit code 1 when something is wrong.
    """
    configure_logging("warning", "auto")
    written_down = [*_signed(checkpoint, public_key), *map(_position, remembered)]
    wanted = session.named_namespace or None
    if wanted is not None:
        written_down = [each for each in written_down if each.namespace == wanted]
    if from_export is not None:
        try:
            with from_export.open(encoding="utf-8") as lines:
                reports = verify_lines(lines, written_down)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{from_export} can't be read as text.") from error
    elif journal is not None:
        reports = _of_journal(journal, written_down, time_of("--kept-since", kept_since))
    elif store is not None:
        with progress_bar(session.terminal) as progress:
            reports = asyncio.run(_of_store(store, written_down, wanted, progress))
    else:
        raise UsageError("There is nothing to verify.", "Say --store, --from-export or --journal.")
    return _tell(session, reports)


def _tell(session: Session, reports: Sequence[ChainReport]) -> int:
    if session.terminal.structured:
        session.terminal.data(report_document(reports))
    else:
        session.terminal.show(*report_lines(reports))
    return Exit.UNEXPECTED if any(report.findings for report in reports) else Exit.OK


async def _of_store(
    address: str, written_down: Sequence[Position], namespace: str | None, progress: Progress
) -> Sequence[ChainReport]:
    tasks: dict[str, TaskID] = {}

    def reading(name: str, read: int, entries: int) -> None:
        if name not in tasks:
            tasks[name] = progress.add_task(printable(name), total=entries)
        progress.update(tasks[name], completed=read)

    async with places.source(address) as store:
        return await verify_chains(store, written_down, namespace, reading)


def _of_journal(
    directory: Path, written_down: Sequence[Position], kept_since: datetime | None
) -> Sequence[ChainReport]:
    try:
        reports = verify_journal(directory, written_down, kept_since)
    except OSError as error:
        raise UsageError(f"{error.filename} can't be read: {error.strerror}.") from error
    if not reports:
        raise UsageError(f"{directory} has no journals.", "Name what `vexil serve --audit-journal` names.")
    return reports


def _signed(checkpoints: Sequence[Path], public_keys: Sequence[Path]) -> list[Position]:
    if checkpoints and not public_keys:
        raise UsageError("A checkpoint counts only with its signature.", "Say --public-key FILE.")
    return [position for path in checkpoints for position in read_checkpoint(path, public_keys).positions]


def _position(text: str) -> Position:
    try:
        namespace, revision, chain = text.split(":")
        return Position(namespace, int(revision), bytes.fromhex(chain))
    except ValueError:
        raise UsageError(f"{text!r} is not NAMESPACE:REVISION:CHAIN.") from None

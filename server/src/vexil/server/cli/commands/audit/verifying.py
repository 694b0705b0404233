"""`vexil audit verify`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from vexil.core.audit.position import Position
from vexil.server.audit.chains import ChainReport, verify_chains
from vexil.server.audit.checkpoint import read_checkpoint
from vexil.server.audit.exporting import verify_lines
from vexil.server.audit.journals import verify_journal
from vexil.server.backup import places
from vexil.server.cli.exits import Exit
from vexil.server.cli.render.audits import report_document, report_lines
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
        Path | None, Parameter(env_var="VEXIL_AUDIT_PUBLIC_KEY", help="What verifies their signatures.")
    ] = None,
    remembered: Annotated[
        Sequence[str],
        Parameter(negative=(), help="NAMESPACE:REVISION:CHAIN that somebody has noted, in hexadecimal."),
    ] = (),
    session: Injected,
) -> int:
    """Go through the audit chain and say what was edited, deleted, moved or cut off.

    It reads all that is kept, of one namespace with -n. That an end was cut off, or the whole chain computed
    anew, shows only beside a checkpoint or a remembered position. Exit code 1 when something is wrong.
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
        reports = verify_journal(journal)
    elif store is not None:
        reports = asyncio.run(_of_store(store, written_down, wanted))
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
    address: str, written_down: Sequence[Position], namespace: str | None
) -> Sequence[ChainReport]:
    async with places.source(address) as store:
        return await verify_chains(store, written_down, namespace)


def _signed(checkpoints: Sequence[Path], public_key: Path | None) -> list[Position]:
    if checkpoints and public_key is None:
        raise UsageError("A checkpoint counts only with its signature.", "Say --public-key FILE.")
    return [
        position
        for path in checkpoints
        if public_key is not None
        for position in read_checkpoint(path, public_key).positions
    ]


def _position(text: str) -> Position:
    try:
        namespace, revision, chain = text.split(":")
        return Position(namespace, int(revision), bytes.fromhex(chain))
    except ValueError:
        raise UsageError(f"{text!r} is not NAMESPACE:REVISION:CHAIN.") from None

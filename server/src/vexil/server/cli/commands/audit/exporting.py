"""`vexil audit export`."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, TextIO

from cyclopts import Parameter
from cyclopts.validators import Number

from vexil.server.audit.exporting import exported
from vexil.server.backup import places
from vexil.server.cli.commands.store import Address
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError
from vexil.server.logging import configure_logging


def export(
    *,
    store: Address,
    after: Annotated[int, Parameter(validator=Number(gte=0), help="Only revisions above this one.")] = 0,
    to: Annotated[Path | None, Parameter(help="The file to write. Default: standard output.")] = None,
    session: Injected,
) -> None:
    """Write every kept entry of the audit chain as a line of JSON, of one namespace with -n.

    Who, from where, when, and what was before and after. Sensitive contents are left out, but for a digest
    that shows nothing of them. `vexil audit verify --from-export` verifies the file by itself.
    """
    configure_logging("warning", "auto")
    namespace = session.named_namespace or None
    if to is None:
        asyncio.run(_export(store, namespace, after, session.terminal.text))
        return
    try:
        file = to.open("x", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{to} can't be written: {error.strerror}.") from error
    try:
        with file:
            count = asyncio.run(_export(store, namespace, after, file))
    except BaseException as error:
        to.unlink()  # a part of an export would pass for a whole one
        if isinstance(error, OSError):
            raise UsageError(f"{to} can't be written: {error.strerror}.") from error
        raise
    session.terminal.note(f"{to} has {count:,} entries.")


async def _export(address: str, namespace: str | None, after: int, file: TextIO) -> int:
    count = 0
    async with places.source(address) as store:
        async for line in exported(store, namespace, after):
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
            count += 1
    return count

"""`vexil audit key` and `vexil audit checkpoint`."""

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from vexil.core.audit.position import Position
from vexil.server.audit.chains import positions
from vexil.server.audit.checkpoint import Signer
from vexil.server.audit.journal_lines import journal_positions
from vexil.server.backup import places
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError
from vexil.server.logging import configure_logging


def key(
    to: Annotated[Path, Parameter(help="Where the private key goes; the public one goes to TO.pub.")],
    /,
    *,
    session: Injected,
) -> None:
    """Make a pair of keys that signs and verifies checkpoints (Ed25519, PEM).

    Keep the private one where nobody has it who can write to the store.
    """
    signer = Signer.make()
    public = to.with_name(f"{to.name}.pub")
    _write_new(to, signer.private_pem, 0o600)
    _write_new(public, signer.public_pem, 0o644)
    if session.terminal.structured:
        session.terminal.data({"privateKey": str(to), "publicKey": str(public)})
    else:
        session.terminal.show(f"{to} signs checkpoints, {public} verifies them.")


def checkpoint(
    *,
    store: Annotated[
        str | None,
        Parameter(env_var="VEXIL_STORE", help="The store, as `vexil serve --store` takes it."),
    ] = None,
    journal: Annotated[
        Path | None, Parameter(help="A directory of journals of denied attempts, instead of a store.")
    ] = None,
    key: Annotated[
        Path, Parameter(env_var="VEXIL_AUDIT_KEY_FILE", help="The private key; `vexil audit key` makes one.")
    ],
    to: Annotated[Path | None, Parameter(help="The file to write. Default: standard output.")] = None,
    session: Injected,
) -> None:
    """Sign where every namespace's chain has come to, or every journal.

    Keep checkpoints elsewhere than what they are of: they are what shows later that an end was cut off, that
    a chain was computed anew, or that a journal is missing. With -n only one namespace.
    """
    configure_logging("warning", "auto")
    signer = Signer.read(key)
    if journal is not None:
        found = _of_journals(journal)
    elif store is not None:
        found = asyncio.run(_positions(store))
    else:
        raise UsageError("There is nothing to sign.", "Say --store or --journal.")
    wanted = "" if journal is not None else session.named_namespace
    signed = signer.sign([each for each in found if wanted in {"", each.namespace}], datetime.now(UTC))
    if to is None:
        session.terminal.text.write(signed)
        return
    _write_new(to, signed.encode(), 0o644)
    session.terminal.note(f"{to} has the checkpoint.")


async def _positions(address: str) -> Sequence[Position]:
    async with places.source(address) as store:
        return await positions(store)


def _of_journals(directory: Path) -> Sequence[Position]:
    try:
        return journal_positions(directory)
    except OSError as error:
        raise UsageError(f"{error.filename} can't be read: {error.strerror}.") from error


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Never over something: an old key still verifies what it signed."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", "Name another file.") from None
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

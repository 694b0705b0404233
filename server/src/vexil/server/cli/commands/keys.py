"""`vexil keys`."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.server.encryption.keyring import Keyring

app = App(name="keys", help="Make and rotate keys for sensitive values that are in a file.")

File = Annotated[Path, Parameter(help="The keyring: the PATH of `vexil serve --encryption-keys file:PATH`.")]


@app.command
def create(file: File, /, *, session: Injected) -> None:
    """Make a keyring with one key. Keep a copy: without it nobody reads what is encrypted with it."""
    if file.exists():
        raise UsageError(f"{file} is there already.", "`vexil keys rotate` adds a key to it.")
    _write(session, file, Keyring(primary="", keys={}).rotated(_name()))


@app.command
def rotate(file: File, /, *, session: Injected) -> None:
    """Add a key, by which new values are encrypted from now on; the old ones stay, for older values.

    Servers take it within an hour, and at once after a restart. One whose copy of the file lacks the key
    can't read what another one has encrypted by it: on several machines keys of KMS are better.
    """
    ring = Keyring.read(file)
    _write(session, file, ring.rotated(_name()))


@app.command
def show(file: File, /, *, session: Injected) -> None:
    """Show the names of the keys, and which is the primary one."""
    _tell(session, file, Keyring.read(file))


def _name() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}-{secrets.token_hex(4)}"


def _write(session: Session, file: Path, ring: Keyring) -> None:
    try:
        ring.write(file)
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}.") from error
    _tell(session, file, ring)


def _tell(session: Session, file: Path, ring: Keyring) -> None:
    if session.terminal.structured:
        session.terminal.data({"file": str(file), "primary": ring.primary, "keys": list(ring.keys)})
        return
    for name in ring.keys:
        session.terminal.show(f"{name} (primary)" if name == ring.primary else name)

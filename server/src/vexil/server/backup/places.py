"""Stores by their address, for backups: as a source beside servers, and as the place of a restore."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.backup.failures import NoSuchBackup, StoreNotEmpty, refused
from vexil.server.stores.dynamodb import entry as dynamodb
from vexil.server.stores.dynamodb.place import SCHEME
from vexil.server.stores.port import Store
from vexil.server.stores.sqlite import SqliteStore

_SQLITE = "sqlite:"


@asynccontextmanager
async def source(address: str) -> AsyncIterator[Store]:
    """A store that is there; servers may use it meanwhile. Raises what opening it raises."""
    path = _path_of(address)
    if path is not None and not path.exists():
        raise NoSuchBackup(f"there is no store {path}; name the file that `vexil serve` uses")
    store: Store
    # Each row is compared with its checksum anyway; SQLite's own check would read everything twice.
    if path is None:
        store = await dynamodb.open_store(address)
    else:
        store = await SqliteStore.open(path, quick_check=False)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def target(address: str, *, resume: bool) -> AsyncIterator[Store]:
    """A store to restore into; a SQLite file appears under its name only when the block has ended well.

    `resume`: what an earlier block left is gone on with, and not begun anew. Raises StoreNotEmpty when
    another process has made the file meanwhile, and what opening the store raises.
    """
    path = _path_of(address)
    store: Store
    if path is None:
        store = await dynamodb.open_store(address)
    elif path.exists():
        store = await SqliteStore.open(path)
    else:
        async with _draft(path, resume=resume) as store:
            yield store
        return
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _draft(path: Path, *, resume: bool) -> AsyncIterator[Store]:
    draft = path.with_name(f".{path.name}.restoring")
    if not resume:
        for suffix in ("-shm", "-wal", ""):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    store = await SqliteStore.open(draft)
    try:
        yield store
    finally:
        await store.close()
    try:
        os.link(draft, path)
        draft.unlink()
    except FileExistsError as error:
        raise StoreNotEmpty(
            f"{path} was made by somebody else meanwhile; {draft} is what was restored"
        ) from error
    except OSError as error:
        raise refused(error, path) from error


def _path_of(address: str) -> Path | None:
    """The file of a store in SQLite; None: it is in DynamoDB. Raises InvalidRequest."""
    if address.startswith(SCHEME):
        return None
    if address.startswith(_SQLITE) and len(address) > len(_SQLITE):
        return Path(address.removeprefix(_SQLITE).removeprefix("//"))
    raise InvalidRequest.of(
        [Violation("store", f"{address!r} is neither sqlite:PATH nor dynamodb:TABLE?region=REGION")]
    )

"""Opening what the settings name: the store, and what stands beside it."""

import asyncio
from contextlib import AsyncExitStack

from vexil.server.announce.announcer import Announcer
from vexil.server.announce.aws import AwsDestination
from vexil.server.audit.journal import AuditJournal
from vexil.server.clock import Clock
from vexil.server.settings import ServerSettings
from vexil.server.stores.board import Board
from vexil.server.stores.dynamodb import entry as dynamodb
from vexil.server.stores.log_outbox import LogOutbox
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.memory_board import MemoryBoard
from vexil.server.stores.memory_marks import MemoryMarks
from vexil.server.stores.outbox import Outbox
from vexil.server.stores.port import Store
from vexil.server.stores.sqlite import SqliteBoard, SqliteMarks, SqliteStore

_SHARED_POLL_SECONDS = 0.005


async def open_store(settings: ServerSettings) -> Store:
    """The store that the settings name. Raises what its kind raises when it is opened."""
    if settings.in_dynamodb:
        return await dynamodb.open_store(settings.store, settings.region)
    if settings.store_path is None:
        return MemoryStore()
    if settings.processes == 1:
        return await SqliteStore.open(settings.store_path)
    # The others' commits should arrive as soon as one's own.
    return await SqliteStore.open(settings.store_path, poll_interval=_SHARED_POLL_SECONDS)


def open_board(settings: ServerSettings, clock: Clock) -> Board:
    """Where processes on the store that the settings name meet; nothing is opened yet."""
    if settings.in_dynamodb:
        return dynamodb.open_board(settings.store, clock)
    path = settings.store_path
    return MemoryBoard(clock) if path is None else SqliteBoard(path.with_name(f"{path.name}-board"), clock)


async def _open_outbox(settings: ServerSettings, store: Store, clock: Clock) -> Outbox:
    """What of the store that the settings name was not announced yet."""
    if settings.in_dynamodb:
        return await dynamodb.open_outbox(settings.store, store, clock)
    path = settings.store_path
    return LogOutbox(store, MemoryMarks(clock) if path is None else SqliteMarks(path, clock))


async def open_announcer(
    settings: ServerSettings, store: Store, clock: Clock, stack: AsyncExitStack
) -> Announcer | None:
    """The announcer, if one is wanted; what it needs is closed with the stack."""
    if settings.announce is None:
        return None
    destination = await asyncio.to_thread(AwsDestination.open, settings.announce)
    stack.push_async_callback(destination.close)
    outbox = await _open_outbox(settings, store, clock)
    stack.push_async_callback(outbox.close)
    return Announcer(store, outbox, destination, clock)


def open_journal(settings: ServerSettings, clock: Clock, stack: AsyncExitStack) -> AuditJournal | None:
    """The journal, if one is wanted; it is closed with the stack."""
    if settings.audit_journal is None:
        return None
    journal = AuditJournal.open(settings.audit_journal, clock)
    stack.push_async_callback(asyncio.to_thread, journal.close)
    return journal

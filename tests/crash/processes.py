"""Processes to be killed: quick to start, since they are forks of one that has everything imported."""

import asyncio
import multiprocessing
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.acceptance.store.drafts import Drafts, put
from tests.crash.history import History
from vexil.core.errors import VexilError
from vexil.core.resource import Revision
from vexil.server.stores.port import HeadMoved
from vexil.server.stores.sqlite import SqliteStore

Target = Callable[..., Coroutine[Any, Any, None]]

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


@contextmanager
def running(target: Target, *args: Any) -> Iterator[tuple[ForkServerProcess, Connection]]:
    """A process that runs the coroutine function, and what it sends. It is dead afterwards."""
    receiver, sender = _context.Pipe(duplex=False)
    process = _context.Process(target=_main, args=(target, sender, *args))
    process.start()
    sender.close()
    try:
        yield process, receiver
    finally:
        process.kill()
        process.join()
        receiver.close()


def outcome(target: Target, *args: Any) -> list[Any]:
    """Everything that the process sends until it ends."""
    sent = []
    with running(target, *args) as (_, receiver):
        while True:
            try:
                sent.append(receiver.recv())
            except EOFError:
                return sent


def _main(target: Target, sender: Connection, *args: Any) -> None:
    asyncio.run(target(sender, *args))


async def write_history(acknowledged: Connection, path: Path) -> None:
    """Appends for ever, and sends each revision once it is appended; compacts now and then."""
    store = await SqliteStore.open(path)
    head = await store.head("shop")
    revision = 0 if head is None else head.revision
    history = History()
    while True:
        revision += 1
        await store.append(history.up_to(revision)[-1])
        acknowledged.send(revision)
        if revision % 10 == 0:
            await store.compact("shop", Revision(revision - 5))


async def append_many(acknowledged: Connection, path: Path, writer: str, count: int) -> None:
    """Appends so many commits of its own, whoever else does; sends each revision that it got."""
    store = await SqliteStore.open(path)
    drafts = Drafts()
    for number in range(count):
        while True:
            head = await store.head("shop")
            drafts.revision = Revision(0) if head is None else head.revision
            commit = drafts.next(put(f"{writer}-{number}"), request_id=f"{writer}-{number}", author=writer)
            try:
                await store.append(commit)
            except HeadMoved:
                continue
            break
        acknowledged.send(commit.revision)
    await store.close()


async def report_open(sender: Connection, path: Path) -> None:
    """Opens the store and closes it; sends how that went: None, or the error's code, reason and message."""
    try:
        store = await SqliteStore.open(path)
    except VexilError as error:
        sender.send((error.code.name, error.reason.name, error.message))
    else:
        await store.close()
        sender.send(None)

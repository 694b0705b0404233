"""Whether a store file holds what was written."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from vexil.core.errors import VexilError
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, good
from vexil.server.stores.port import Head
from vexil.server.stores.sqlite import SqliteStore


def check_sqlite(path: Path) -> Iterator[Finding]:
    """The file opens, and all that is in it is whole."""
    if not path.exists():
        yield bad("store", f"{path} does not exist", "Name the file that `vexil serve` uses.")
        return
    try:
        heads, problems = asyncio.run(_check(path))
    except VexilError as error:
        yield bad("store", error.message, advice_for(error))
        return
    for problem in problems:
        yield bad("store", problem, "Restore the newest backup.")
    if not problems:
        revisions = sum(head.revision for head in heads)
        yield good("store", f"{path} is whole: {len(heads)} namespaces, {revisions} revisions")


async def _check(path: Path) -> tuple[Sequence[Head], Sequence[str]]:
    store = await SqliteStore.open(path)
    try:
        return await store.heads(), await store.check()
    finally:
        await store.close()

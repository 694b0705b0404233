"""Whether a store holds what was written."""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from pathlib import Path

from vexil.core.errors import VexilError
from vexil.server.audit.chains import ChainReport, verify_chains
from vexil.server.cli.advice import advice_for
from vexil.server.cli.doctor.finding import Finding, bad, good
from vexil.server.cli.render.text import counted
from vexil.server.stores.dynamodb.entry import open_store
from vexil.server.stores.port import Head, Store
from vexil.server.stores.sqlite import SqliteStore


def check_sqlite(path: Path) -> Iterator[Finding]:
    """The file opens, all that is in it is whole, and so are its audit chains."""
    if not path.exists():
        yield bad("store", f"{path} does not exist", "Name the file that `vexil serve` uses.")
        return
    yield from _findings(SqliteStore.open(path), str(path), "Restore the newest backup.")


def check_contents(address: str) -> Iterator[Finding]:
    """All that is in a DynamoDB table is whole, and so are its audit chains; reads every item."""
    advice = "Restore the table, under a new name, to a moment before this (docs/dynamodb.md)."
    yield from _findings(open_store(address), address, advice)


def _findings(opening: Awaitable[Store], name: str, advice: str) -> Iterator[Finding]:
    try:
        heads, problems, chains = asyncio.run(_check(opening))
    except VexilError as error:
        yield bad("store", error.message, advice_for(error))
        return
    for problem in problems:
        yield bad("store", problem, advice)
    if not problems:
        revisions = sum(head.revision for head in heads)
        yield good(
            "store", f"{name} is whole: {counted(len(heads), 'namespace')}, {counted(revisions, 'revision')}"
        )
    yield from _of_chains(chains)


def _of_chains(chains: Sequence[ChainReport]) -> Iterator[Finding]:
    advice = "Compare it with a backup and with checkpoints before anything is restored (docs/audit.md)."
    for chain in chains:
        for finding in chain.findings:
            text = f"{finding.namespace} revision {finding.revision}: {finding.problem.value}: {finding.text}"
            yield bad("audit chain", text, advice)
    if chains and not any(chain.findings for chain in chains):
        entries = sum(chain.last - chain.sealed_from + 1 for chain in chains if chain.sealed_from)
        yield good(
            "audit chain",
            f"sound over {counted(entries, 'revision')}; "
            "whether its end is missing tells `vexil audit verify --checkpoint`",
        )


async def _check(
    opening: Awaitable[Store],
) -> tuple[Sequence[Head], Sequence[str], Sequence[ChainReport]]:
    store = await opening
    try:
        return await store.heads(), await store.check(), await verify_chains(store)
    finally:
        await store.close()

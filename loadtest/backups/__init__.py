"""Backups of a large store in a SQLite file: how long each step takes, and how large they are."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from loadtest.plan import Plan
from loadtest.results import Figure
from loadtest.settings import NAMESPACE, commit, plain_settings
from loadtest.watch_catchup.filling import fill_with_history
from vexil.core.resource import Revision, Version
from vexil.server.backup import places
from vexil.server.backup.chain import open_chain
from vexil.server.backup.creation import Made, Request, create
from vexil.server.backup.encryption import Keyring, Secret
from vexil.server.backup.restoration import restore
from vexil.server.backup.vault import Vault
from vexil.server.backup.verification import verify

NAME = "backups"
MEGABYTE = 1_000_000

T = TypeVar("T")


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields seconds for each step, and the sizes of what it leaves; every step once."""
    subject = f"{plan.large_settings:,} settings, {plan.behind:,} commits"
    with tempfile.TemporaryDirectory() as folder:
        path, vault = Path(folder, "vexil.db"), Vault(Path(folder, "backups"))
        console.print(f"filling a store with {subject} …")
        head = asyncio.run(fill_with_history(path, plan.large_settings, plan.behind))
        yield Figure(NAME, "the store's file", subject, path.stat().st_size / MEGABYTE, "MB")
        made, seconds = _timed(_create(path, vault, None))
        yield Figure(NAME, "full backup", subject, seconds, "s")
        yield Figure(NAME, "its size", subject, made.manifest.size / MEGABYTE, "MB")
        asyncio.run(_go_on(path, head, plan.commits))
        made, seconds = _timed(_create(path, vault, None))
        later = f"{plan.commits:,} commits later"
        yield Figure(NAME, "incremental backup", later, seconds, "s")
        yield Figure(NAME, "its size", later, made.manifest.size / MEGABYTE, "MB")
        begun = time.perf_counter()
        report = verify(vault, None, _quiet)
        yield Figure(NAME, "verify", "both", time.perf_counter() - begun, "s")
        assert not report.findings, report.findings
        _, seconds = _timed(_restore(vault, Path(folder, "restored.db")))
        yield Figure(NAME, "restore and compare", "both", seconds, "s")
        encrypted = Vault(Path(folder, "encrypted"))
        _, seconds = _timed(
            _create(path, encrypted, Keyring(Secret.from_passphrase("correct horse battery")))
        )
        yield Figure(NAME, "full backup, encrypted", subject, seconds, "s")


def _timed(work: Awaitable[T]) -> tuple[T, float]:
    async def run() -> T:
        return await work

    begun = time.perf_counter()
    return asyncio.run(run()), time.perf_counter() - begun


async def _create(path: Path, vault: Vault, keyring: Keyring | None) -> Made:
    async with places.source(f"sqlite:{path}") as store:
        return await create(store, vault, Request(datetime.now(UTC), "0"), keyring, _quiet)


async def _restore(vault: Vault, path: Path) -> None:
    async with places.target(f"sqlite:{path}", resume=False) as store:
        await restore(store, vault, open_chain(vault, vault.find(None), None), _quiet)


async def _go_on(path: Path, head: int, commits: int) -> None:
    """Commits of one new setting each."""
    async with places.source(f"sqlite:{path}") as store:
        [state] = plain_settings(1, 1)
        for number in range(commits):
            revision = Revision(head + 1 + number)
            id = state.id._replace(key=f"added.later-{number}")
            added = replace(state, id=id, version=Version(1), revision=revision, create_revision=revision)
            await store.append(commit(revision, (added,)))
        assert (await store.heads())[0].namespace == NAMESPACE


def _quiet(name: str, done: int, total: int) -> None:
    """Nobody looks on."""

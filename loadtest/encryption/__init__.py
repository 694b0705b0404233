"""What encryption adds where sensitive values are written, and where their history is read.

With a keyring, on a SQLite file, from request to answer, in the processor's time. Evaluating and watching
read from memory, where values are as they are.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from rich.console import Console

from loadtest.plan import Plan
from loadtest.results import Figure
from loadtest.settings import ENVIRONMENT, NAMESPACE, first_commit
from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.server.compose import running
from vexil.server.encryption.keyring import Keyring
from vexil.server.settings import ServerSettings
from vexil.server.stores.sqlite import SqliteStore
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1.resource_pb2 import RESOURCE_KIND_DEFINITION, RESOURCE_KIND_SETTING
from vexil.v1.value_pb2 import VALUE_TYPE_STRING

NAME = "encryption"
_SIZES = (1, 100)
_SERVICE = "/vexil.v1.AdminService"
_KEYS = {"plain": False, "sensitive": True}
"""What settings are called, and whether they are sensitive."""

Ask = Callable[[str, Message], Awaitable[Any]]


@dataclass(frozen=True)
class _Call:
    """What the handler asks of a call."""

    principal: str = "benchmark"
    grants: Grants = UNRESTRICTED


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields milliseconds of the processor for a commit and for reading it, by how many settings it has."""
    for size in _SIZES:
        console.print(f"commits of {size} settings …")
        subject = f"{size} settings" if size > 1 else "1 setting"
        for case, (plain, sensitive) in asyncio.run(_measure(plan.commits, size)).items():
            yield Figure(NAME, f"{case}, not sensitive", subject, plain * 1000, "ms")
            ratio = sensitive / plain
            yield Figure(NAME, f"{case}, sensitive", subject, sensitive * 1000, "ms", ratio, "not sensitive")


async def _measure(count: int, size: int) -> dict[str, tuple[float, float]]:
    """Median seconds, for each case: of plain settings, and of sensitive ones."""
    written: dict[str, list[float]] = {key: [] for key in _KEYS}
    read: dict[str, list[float]] = {key: [] for key in _KEYS}
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder)) as ask:
            await ask("Commit", _definitions(size))
            for number in range(count):
                # Each goes first every other time: what comes second finds warm caches.
                for key in sorted(_KEYS, reverse=number % 2 == 0):
                    seconds, commit = await _timed(ask, "Commit", _settings(key, number, size))
                    written[key].append(seconds)
                    request = pb.GetCommitRequest(namespace=NAMESPACE, revision=commit.commit.revision)
                    read[key].append((await _timed(ask, "GetCommit", request))[0])
    return {
        case: (statistics.median(times["plain"]), statistics.median(times["sensitive"]))
        for case, times in (("commit", written), ("reading a commit", read))
    }


@asynccontextmanager
async def _server(folder: Path) -> AsyncIterator[Ask]:
    """Answers as a server does when a request has arrived."""
    Keyring("", {}).rotated("first").write(folder / "keys")
    store = await SqliteStore.open(folder / "vexil.db")
    await store.append(first_commit())
    settings = ServerSettings(listen="127.0.0.1:0", encryption_keys=f"file:{folder / 'keys'}")
    async with running(settings, store) as server:
        handlers = {each.path: each.handler for each in server.parts.methods}
        yield lambda method, request: handlers[f"{_SERVICE}/{method}"](request, _Call())


async def _timed(ask: Ask, method: str, request: Message) -> tuple[float, Any]:
    begun = time.process_time()
    answer = await ask(method, request)
    return time.process_time() - begun, answer


def _definitions(size: int) -> pb.CommitRequest:
    request = pb.CommitRequest(namespace=NAMESPACE, message="benchmark")
    for key, is_sensitive in _KEYS.items():
        for place in range(size):
            change = request.changes.add()
            change.id.kind, change.id.key = RESOURCE_KIND_DEFINITION, f"{key}.setting-{place}"
            change.put.definition.type = VALUE_TYPE_STRING
            change.put.definition.sensitive = is_sensitive
    return request


def _settings(key: str, number: int, size: int) -> pb.CommitRequest:
    request = pb.CommitRequest(namespace=NAMESPACE, message="benchmark")
    for place in range(size):
        change = request.changes.add()
        change.id.kind, change.id.environment = RESOURCE_KIND_SETTING, ENVIRONMENT
        change.id.key = f"{key}.setting-{place}"
        change.put.setting.value.string_value = f"a password of some length {number}"
    return request

"""What the audit chain adds to a commit: with a seal and without.

On a SQLite file, from request to answer, in the processor's time: the disk's is the same for both, and
differs more from one commit to the next than the chain takes. On DynamoDB in write units.
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

from rich.console import Console

from loadtest.audit.units import write_units
from loadtest.audit.unsealed import unsealed
from loadtest.plan import Plan
from loadtest.results import Figure
from loadtest.settings import ENVIRONMENT, NAMESPACE, first_commit
from vexil.core.access.grants import UNRESTRICTED, Grants
from vexil.server.compose import running
from vexil.server.settings import ServerSettings
from vexil.server.stores.sqlite import SqliteStore, writes
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1.resource_pb2 import RESOURCE_KIND_SETTING

NAME = "audit"
_SIZES = (1, 100)
_METHOD = "/vexil.v1.AdminService/Commit"

Write = Callable[[pb.CommitRequest], Awaitable[Any]]


@dataclass(frozen=True)
class _Call:
    """What the handler asks of a call."""

    principal: str = "benchmark"
    grants: Grants = UNRESTRICTED


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields milliseconds of the processor, and units, for a commit, by how many settings it writes.

    Raises NotInstallable where DynamoDB's local engine can't be had.
    """
    for size in _SIZES:
        console.print(f"commits of {size} settings …")
        subject = f"{size} settings" if size > 1 else "1 setting"
        without, sealed = asyncio.run(_measure(plan.commits, size))
        case = "commit, processor time"
        yield Figure(NAME, f"{case}, no chain", subject, without * 1000, "ms")
        yield Figure(
            NAME, case, subject, sealed * 1000, "ms", sealed / without, "no chain", aim="at most 1.1×"
        )
    yield from write_units(NAME, console)


async def _measure(count: int, size: int) -> tuple[float, float]:
    """Median seconds without and with a seal."""
    without: list[float] = []
    sealed: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with _writer(Path(folder, "plain.db")) as plain, _writer(Path(folder, "sealed.db")) as chained:
            for number in range(count):
                request = _request(number, size)
                # Each goes first every other time: what comes second finds warm caches.
                for is_plain in (True, False) if number % 2 else (False, True):
                    if is_plain:
                        with unsealed(writes):
                            without.append(await _timed(plain, request))
                    else:
                        sealed.append(await _timed(chained, request))
    return statistics.median(without), statistics.median(sealed)


@asynccontextmanager
async def _writer(path: Path) -> AsyncIterator[Write]:
    """What commits to a new store, as a server does when a request has arrived."""
    store = await SqliteStore.open(path)
    await store.append(first_commit())
    async with running(ServerSettings(listen="127.0.0.1:0"), store) as server:
        [method] = [each for each in server.parts.methods if each.path == _METHOD]
        yield lambda request: method.handler(request, _Call())


async def _timed(write: Write, request: pb.CommitRequest) -> float:
    begun = time.process_time()
    await write(request)
    return time.process_time() - begun


def _request(number: int, size: int) -> pb.CommitRequest:
    request = pb.CommitRequest(namespace=NAMESPACE, message="benchmark")
    for place in range(size):
        change = request.changes.add()
        change.id.kind = RESOURCE_KIND_SETTING
        change.id.environment = ENVIRONMENT
        change.id.key = f"service.section.setting-{place}"
        change.put.setting.value.int_value = number
    return request

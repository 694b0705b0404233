"""What the audit chain takes of DynamoDB: write units a commit."""

import asyncio
from collections.abc import Iterator

from rich.console import Console

from loadtest.audit.unsealed import unsealed
from loadtest.dynamodb.engines import Tables, new_tables
from loadtest.dynamodb.meter import Meter, metered
from loadtest.environments import NotInstallable
from loadtest.results import Figure
from tests.acceptance.store.drafts import Drafts, put
from tests.support.engines.dynamodb import dynamodb_local
from tests.support.engines.missing import EngineMissing
from vexil.server.stores.dynamodb import log
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore

_SIZES = (1, 10, 50)
_COMMITS = 20


def write_units(name: str, console: Console) -> Iterator[Figure]:
    """Units for a commit, by how many settings it writes. Raises NotInstallable without the local engine."""
    try:
        with (
            dynamodb_local(brief=True) as engine,
            new_tables(engine) as tables,
            metered(tables.database.endpoint) as meter,
        ):
            for size in _SIZES:
                console.print(f"units of commits of {size} settings …")
                subject = f"{size} settings" if size > 1 else "1 setting"
                with unsealed(log):
                    without = asyncio.run(_units(tables, meter, f"plain-{size}", size))
                sealed = asyncio.run(_units(tables, meter, f"sealed-{size}", size))
                case = "commit, write units"
                yield Figure(name, f"{case}, no chain", subject, without, "units")
                yield Figure(name, case, subject, sealed, "units", sealed / without, "no chain")
    except EngineMissing as missing:
        raise NotInstallable(str(missing)) from missing


async def _units(tables: Tables, meter: Meter, namespace: str, size: int) -> float:
    """The mean over some commits that all write the same settings."""
    store = await DynamoDBStore.open(DynamoDBPlace.parse(tables.address(meter.endpoint)))
    drafts = Drafts(namespace)
    meter.take()
    for number in range(_COMMITS):
        changes = [put(f"service.section.setting-{place}", str(number)) for place in range(size)]
        await store.append(drafts.next(*changes, message="benchmark", request_id=f"request-{number}"))
    units = meter.take().units["write", "store"]
    await store.close()
    return units / _COMMITS

"""The backends that pass this suite. A new one joins with an entry here."""

import itertools
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support.engines.dynamodb import Database, DynamoDB
from tests.support.grapevine import Grapevine
from tests.support.regions.agreement import Agreement, region_of
from vexil.server.stores.dynamodb.clients import Limits
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.findings import findings
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.schema import store_tables
from vexil.server.stores.hinted import HintedStore
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import Store
from vexil.server.stores.sqlite import SqliteStore

PATIENT = Limits(connect_timeout=30, read_timeout=60, call_timeout=100)
"""The engine shares a busy machine with the test."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Backend:
    """`open` gives a store; when it is `shared`, all opened stores hold the same data, also after a close."""

    open: Callable[[], Awaitable[Store]]
    shared: bool


Make = Callable[[Path], Backend]
"""Makes an empty backend, which may keep files in the directory."""


def memory(request: pytest.FixtureRequest) -> Make:
    del request

    async def store() -> Store:
        return MemoryStore()

    return lambda _: Backend(store, shared=False)


def hinted(request: pytest.FixtureRequest) -> Make:
    """What is around a store has the store's promises to keep too."""
    del request

    async def store() -> Store:
        return HintedStore(MemoryStore(), Grapevine().source())

    return lambda _: Backend(store, shared=False)


def sqlite(request: pytest.FixtureRequest) -> Make:
    del request
    return lambda path: Backend(lambda: SqliteStore.open(path / "vexil.db", poll_interval=0.005), shared=True)


def dynamodb(request: pytest.FixtureRequest) -> Make:
    """Tables in the local engine; checkpoints are as frequent as compaction can need them."""
    from vexil.server.stores.dynamodb.store import DynamoDBStore  # noqa: PLC0415 - takes time to import

    database = dynamodb_database(request)

    def make(_: Path) -> Backend:
        place = new_tables(database)
        return Backend(lambda: DynamoDBStore.open(place, poll=(0.005, 0.05), checkpoint_every=3), shared=True)

    return make


def dynamodb_strong(request: pytest.FixtureRequest) -> Make:
    """A table that two regions write; each store that is opened is in the other one than the store before."""
    from vexil.server.stores.dynamodb.store import DynamoDBStore  # noqa: PLC0415 - takes time to import

    new_places = agreeing_regions(request, dynamodb_database(request))

    def make(_: Path) -> Backend:
        places = itertools.cycle(new_places())
        return Backend(
            lambda: DynamoDBStore.open(next(places), poll=(0.005, 0.05), checkpoint_every=3), shared=True
        )

    return make


def agreeing_regions(
    request: pytest.FixtureRequest, database: Database, share: float = 0.01
) -> Callable[[], tuple[DynamoDBPlace, DynamoDBPlace]]:
    """Makes empty tables with strong consistency: where they are in one region, and where in another.

    This share of their writes is refused as if the other region were just writing the same.
    """
    agreement = Agreement(database.endpoint)
    agreement.share = share
    regions = ExitStack()
    request.addfinalizer(regions.close)
    one, other = [regions.enter_context(region_of(agreement, name)) for name in ("one", "other")]

    def make() -> tuple[DynamoDBPlace, DynamoDBPlace]:
        place = new_tables(database, Consistency.STRONG)
        agreement.tables.add(place.table)
        return replace(place, endpoint=one), replace(place, endpoint=other)

    return make


def dynamodb_database(request: pytest.FixtureRequest) -> Database:
    """A database of the local engine, which this process finds as it would find AWS."""
    engine: DynamoDB = request.getfixturevalue("dynamodb")
    database = engine.database()
    variables: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name, value in database.variables().items():
        variables.setenv(name, value)
    return database


def new_tables(database: Database, consistency: Consistency = Consistency.EVENTUAL) -> DynamoDBPlace:
    """Empty tables with a name that no others have; what is in them does not expire.

    The tests' clocks stand in the past: by the engine's, everything would have expired.
    """
    from vexil.server.stores.dynamodb.tables import Tables  # noqa: PLC0415 - takes time to import

    name = f"vexil-{next(_numbers)}"
    with closing(database.client()) as client:
        tables = Tables(client)
        for wanted in store_tables(name, tables.region, consistency=consistency):
            steps = [step for finding in findings(wanted, None) for step in finding.steps]
            for step in steps:
                if step.operation in {"create_table", "put_item"}:
                    tables.take(wanted.table.name, step)
    return DynamoDBPlace(name)


BACKENDS: dict[str, Callable[[pytest.FixtureRequest], Make]] = {
    "memory": memory,
    "hinted": hinted,
    "sqlite": sqlite,
    "dynamodb": dynamodb,
    "dynamodb-strong": dynamodb_strong,
}

"""What a global table does between regions, as AWS documents its eventually consistent mode, and as unkindly.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html: each item is
copied by itself, usually within a second; transactions are not atomic elsewhere; of two writes to one item
the later one wins everywhere; conditions are judged by what the own region has.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.engines.dynamodb import Database

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Key = tuple[str, str]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """When a write was made, and where: the later one wins, the region decides between equals."""

    time: int
    region: str


@dataclass(frozen=True, slots=True)
class Write:
    """An item as it is after a write; None: deleted. On its way to `target`."""

    source: str
    target: str
    key: Key
    item: Item | None
    stamp: Stamp


@dataclass
class _Region:
    client: "DynamoDBClient"
    items: dict[Key, tuple[Stamp, Item | None]] = field(default_factory=dict)


class Replicator:
    """Copies one table's items between regions, one by one, when `step` or `settle` is called.

    Each step looks for new writes and delivers some of those under way, in any order, some of them twice.
    `cut` regions exchange nothing until they are mended; what was written meanwhile is delivered then.
    """

    def __init__(self, table: str, databases: Mapping[str, Database], dice: random.Random) -> None:
        self._table = table
        self._dice = dice
        self._regions = {name: _Region(database.client()) for name, database in databases.items()}
        self._under_way: list[Write] = []
        self._cut: set[frozenset[str]] = set()
        self._held: set[tuple[str, Key]] = set()
        self._time = 0

    def cut(self, left: str, right: str) -> None:
        """Stops everything between two regions."""
        self._cut.add(frozenset((left, right)))

    def mend(self) -> None:
        """Lets everything through again."""
        self._cut.clear()
        self._held.clear()

    def hold(self, target: str, key: Key) -> None:
        """Keeps an item from a region until all is mended."""
        self._held.add((target, key))

    def step(self, chance: float = 0.5) -> None:
        """Looks for new writes, and delivers each that is under way with this chance."""
        self._collect()
        self._dice.shuffle(self._under_way)
        later: list[Write] = []
        for write in self._under_way:
            if self._stopped(write) or self._dice.random() > chance:
                later.append(write)
                continue
            self._deliver(write)
            if self._dice.random() < 0.2:
                later.append(write)
        self._under_way = later

    def settle(self) -> None:
        """Delivers everything that can be delivered."""
        while True:
            self._collect()
            due = [write for write in self._under_way if not self._stopped(write)]
            if not due:
                return
            self._under_way = [write for write in self._under_way if self._stopped(write)]
            self._dice.shuffle(due)
            for write in due:
                self._deliver(write)

    def close(self) -> None:
        """Closes the connections."""
        for region in self._regions.values():
            region.client.close()

    def _stopped(self, write: Write) -> bool:
        held = (write.target, write.key) in self._held
        return held or frozenset((write.source, write.target)) in self._cut

    def _collect(self) -> None:
        for name, region in self._regions.items():
            here = dict(self._scan(region.client))
            for key in here.keys() | region.items.keys():
                _, known = region.items.get(key, (None, None))
                if here.get(key) != known:
                    self._written(name, key, here.get(key))

    def _written(self, name: str, key: Key, item: Item | None) -> None:
        self._time += 1
        stamp = Stamp(self._time, name)
        self._regions[name].items[key] = (stamp, item)
        self._under_way += [
            Write(name, target, key, item, stamp) for target in self._regions if target != name
        ]

    def _deliver(self, write: Write) -> None:
        region = self._regions[write.target]
        names = {"pk": {"S": write.key[0]}, "sk": {"S": write.key[1]}}
        answer = region.client.get_item(TableName=self._table, Key=names, ConsistentRead=True)
        here = answer.get("Item")
        stamp, known = region.items.get(write.key, (None, None))
        if here != known:
            # Written here since the last look: that is later.
            self._written(write.target, write.key, here)
            return
        if stamp is not None and stamp >= write.stamp:
            return
        region.items[write.key] = (write.stamp, write.item)
        if write.item is None:
            region.client.delete_item(TableName=self._table, Key=names)
        else:
            region.client.put_item(TableName=self._table, Item=write.item)

    def _scan(self, client: "DynamoDBClient") -> Iterator[tuple[Key, Item]]:
        pages = client.get_paginator("scan").paginate(TableName=self._table, ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                if item["pk"]["S"] != "layout":
                    yield (item["pk"]["S"], item["sk"]["S"]), item


def tables_in(databases: Mapping[str, Database], table: str) -> None:
    """Makes the store's empty tables in every region."""
    from vexil.server.stores.dynamodb.tables import create_tables  # noqa: PLC0415 - takes time to import

    for database in databases.values():
        client = database.client()
        try:
            create_tables(client, table)
        finally:
            client.close()

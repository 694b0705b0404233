"""The chain in DynamoDB: what is changed by hand is found, also where the log's own digests are made good."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.acceptance.store.backends import PATIENT, dynamodb_database, new_tables
from tests.acceptance.store.drafts import NAMESPACE, Drafts, put
from vexil.core.audit.origin import Origin
from vexil.core.audit.position import Position
from vexil.core.audit.verification import Problem
from vexil.core.resource import Commit, Revision
from vexil.server.audit.chains import positions, verify_chains
from vexil.server.stores.dynamodb import layout
from vexil.server.stores.dynamodb.encoding import decode_commit, digest, encode_commit, pack, unpack
from vexil.server.stores.dynamodb.items import binary, keyed, number
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.dynamodb.store import DynamoDBStore

COUNT = 5


class Forger:
    """Somebody who may write to the table, and knows how the store makes its digests."""

    def __init__(self, place: DynamoDBPlace) -> None:
        self._client: Any = place.session().client("dynamodb")
        self._table = place.table

    def entries(self) -> list[dict[str, Any]]:
        items = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :log",
            ExpressionAttributeValues={":log": {"S": layout.log(NAMESPACE)}},
            ConsistentRead=True,
        )["Items"]
        return sorted(items, key=lambda item: int(item["revision"]["N"]))

    def forge(self, revision: int, change: Callable[[Commit], Commit]) -> None:
        """Changes a commit, and makes every digest from there on, and the head's, right again."""
        previous = b""
        for item in self.entries():
            commit = decode_commit(unpack(item["content"]["B"], ""), "")
            if commit.revision == revision:
                commit = change(commit)
            content = encode_commit(commit)
            own = digest(content, previous)
            item |= {"content": binary(pack(content)), "previous": binary(previous), "digest": binary(own)}
            if commit.seal is None:
                item.pop("chain", None)
            self._client.put_item(TableName=self._table, Item=item)
            previous = own
        self.head(digest=binary(previous))

    def cut(self, revision: int) -> None:
        """Removes everything above a revision, and moves the head there."""
        for item in self.entries():
            if int(item["revision"]["N"]) > revision:
                key = {name: item[name] for name in ("pk", "sk")}
                self._client.delete_item(TableName=self._table, Key=key)
        newest = self.entries()[-1]
        self.head(revision=number(revision), digest=newest["digest"], chain=newest["chain"])

    def remove(self, revision: int) -> None:
        """Removes an entry, and makes every digest right again."""
        item = self.entries()[revision - 1]
        key = {name: item[name] for name in ("pk", "sk")}
        self._client.delete_item(TableName=self._table, Key=key)
        self.forge(0, lambda commit: commit)

    def exchange(self, first: int, second: int) -> None:
        """Lets two entries change places, with all but their revisions, and makes every digest right."""
        commits = {
            commit.revision: commit
            for commit in (decode_commit(unpack(item["content"]["B"], ""), "") for item in self.entries())
        }
        for revision, other in ((first, second), (second, first)):
            moved = replace(commits[Revision(other)], revision=Revision(revision))
            self.forge(revision, lambda _, moved=moved: moved)  # type: ignore[misc]

    def damage(self, revision: int) -> None:
        """Changes the author of a commit, and nothing else."""
        item = self.entries()[revision - 1]
        commit = replace(decode_commit(unpack(item["content"]["B"], ""), ""), author="eve")
        item["content"] = binary(pack(encode_commit(commit)))
        self._client.put_item(TableName=self._table, Item=item)

    def forget_chain(self) -> None:
        """Leaves the head as a release without a chain has it."""
        key = keyed(layout.head(NAMESPACE, 1))
        self._client.update_item(
            TableName=self._table,
            Key=key,
            UpdateExpression="REMOVE #c",
            ExpressionAttributeNames={"#c": "chain"},
        )

    def head(self, **attributes: Any) -> None:
        names = {f"#{name}": name for name in attributes}
        self._client.update_item(
            TableName=self._table,
            Key=keyed(layout.head(NAMESPACE, 1)),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
        )

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def place(request: pytest.FixtureRequest) -> DynamoDBPlace:
    return new_tables(dynamodb_database(request))


@pytest.fixture
async def noted(place: DynamoDBPlace) -> list[Position]:
    """A log of some commits; where its chain had come to."""
    store = await DynamoDBStore.open(place, limits=PATIENT)
    drafts = Drafts()
    for index in range(COUNT):
        commit = drafts.next(put("color", str(index)), message="why")
        await store.append(replace(commit, origin=Origin("ipv4:192.0.2.7:1", "jwt")))
    found = list(await positions(store))
    await store.close()
    return found


@pytest.fixture
def forger(place: DynamoDBPlace) -> Iterator[Forger]:
    with closing(Forger(place)) as made:
        yield made


async def problems(place: DynamoDBPlace, *written_down: Position) -> set[Problem]:
    store = await DynamoDBStore.open(place, limits=PATIENT)
    try:
        reports = await verify_chains(store, written_down)
    finally:
        await store.close()
    return {finding.problem for report in reports for finding in report.findings}


async def test_chain_is_sound_and_where_it_was(place: DynamoDBPlace, noted: list[Position]) -> None:
    assert [position.revision for position in noted] == [COUNT]
    assert await problems(place, *noted) == set()


@pytest.mark.parametrize(
    "change",
    [
        lambda commit: replace(commit, author="eve"),
        lambda commit: replace(commit, message="another reason"),
        lambda commit: replace(commit, origin=Origin("ipv4:198.51.100.1:1", "jwt")),
        lambda commit: replace(commit, changes=()),
        lambda commit: replace(commit, committed_at=commit.committed_at + timedelta(seconds=1)),
    ],
)
async def test_item_that_was_edited_is_found(
    place: DynamoDBPlace, noted: list[Position], forger: Forger, change: Callable[[Commit], Commit]
) -> None:
    forger.forge(2, change)
    assert await problems(place, *noted) == {Problem.EDITED}


async def test_item_that_was_removed_is_found(
    place: DynamoDBPlace, noted: list[Position], forger: Forger
) -> None:
    forger.remove(3)
    assert await problems(place) & {Problem.MISSING, Problem.EDITED}
    assert await problems(place, *noted) & {Problem.MISSING, Problem.EDITED}


async def test_items_that_changed_places_are_found(
    place: DynamoDBPlace, noted: list[Position], forger: Forger
) -> None:
    forger.exchange(2, 3)
    assert await problems(place) & {Problem.BROKEN, Problem.EDITED}


async def test_seal_that_was_taken_away_is_found(
    place: DynamoDBPlace, noted: list[Position], forger: Forger
) -> None:
    forger.forge(3, lambda commit: replace(commit, seal=None))
    assert Problem.UNSEALED in await problems(place, *noted)


async def test_end_that_was_cut_off_is_found_by_what_was_written_down(
    place: DynamoDBPlace, noted: list[Position], forger: Forger
) -> None:
    forger.cut(3)
    assert await problems(place) == set()
    assert await problems(place, *noted) == {Problem.TRUNCATED}
    store = await DynamoDBStore.open(place, limits=PATIENT)
    drafts = Drafts()
    drafts.revision = Revision(3)
    for index in range(COUNT):
        await store.append(drafts.next(put(f"key-{index}")))
    await store.close()
    assert await problems(place, *noted) == {Problem.REWRITTEN}


async def test_item_that_was_damaged_is_found(
    place: DynamoDBPlace, noted: list[Position], forger: Forger
) -> None:
    forger.damage(2)
    assert await problems(place, *noted) >= {Problem.EDITED}


async def test_log_of_an_older_release_begins_its_chain_with_the_next_commit(
    place: DynamoDBPlace, noted: list[Position], forger: Forger
) -> None:
    for revision in range(1, COUNT + 1):
        forger.forge(revision, lambda commit: replace(commit, seal=None, origin=Origin()))
    forger.forget_chain()
    store = await DynamoDBStore.open(place, limits=PATIENT)
    drafts = Drafts()
    drafts.revision = Revision(COUNT)
    for index in range(2):
        await store.append(drafts.next(put(f"key-{index}")))
    [report] = await verify_chains(store)
    await store.close()
    assert (report.findings, report.first, report.sealed_from, report.last) == ([], 1, COUNT + 1, COUNT + 2)

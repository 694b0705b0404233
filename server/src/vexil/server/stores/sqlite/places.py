"""The namespaces in the file, and where each one's log stands."""

import sqlite3
from typing import Any, NamedTuple

from vexil.core.resource import Revision
from vexil.server.stores.lineage import only_epoch
from vexil.server.stores.port import Head
from vexil.server.stores.refusals import no_namespace
from vexil.server.stores.sqlite import checksums, statements
from vexil.server.stores.sqlite.errors import Damage


class Place(NamedTuple):
    """A namespace's number in the file, its head, and the checksum of its state at `compact_revision`."""

    id: int
    head: Head
    compact_state: int


def places(connection: sqlite3.Connection) -> list[Place]:
    """Every namespace, by name. Raises Damage."""
    return [_to_place(row) for row in connection.execute(statements.PLACES)]


def find(connection: sqlite3.Connection, namespace: str) -> Place | None:
    """One namespace, or None. Raises Damage."""
    row = connection.execute(statements.PLACE, (namespace,)).fetchone()
    return None if row is None else _to_place(row)


def require(connection: sqlite3.Connection, namespace: str) -> Place:
    """One namespace. Raises NotFound, Damage."""
    place = find(connection, namespace)
    if place is None:
        raise no_namespace(namespace)
    return place


def new(connection: sqlite3.Connection, namespace: str, epoch: int) -> Place:
    """A namespace that is not there yet, with a number that no other has. Not saved."""
    (number,) = connection.execute(statements.NEXT_PLACE).fetchone()
    return Place(number, Head(namespace, Revision(0), Revision(0), epoch), compact_state=0)


def save(connection: sqlite3.Connection, place: Place) -> None:
    """Writes the namespace's row."""
    head = place.head
    columns = (
        head.namespace,
        place.id,
        head.revision,
        head.compact_revision,
        head.epoch,
        place.compact_state,
        head.chain or None,
    )
    connection.execute(statements.SAVE_PLACE, (*columns, _checksum(columns)))


def _to_place(row: tuple[Any, ...]) -> Place:
    *columns, checksum = row
    if checksum != _checksum(tuple(columns)):
        raise Damage(f"the record of namespace {row[0]!r} differs from what was written")
    name, number, revision, compact_revision, epoch, compact_state, chain = columns
    head = Head(
        name, Revision(revision), Revision(compact_revision), epoch, only_epoch(epoch), chain=chain or b""
    )
    return Place(number, head, compact_state)


def _checksum(columns: tuple[Any, ...]) -> int:
    # A record that was written before there was a chain has a checksum of what it had then.
    return checksums.of_columns(columns if columns[-1] is not None else columns[:-1])

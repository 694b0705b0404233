"""The way into this package for servers, which need not have boto3 unless they go it."""

from typing import TYPE_CHECKING

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.clock import Clock
from vexil.server.stores.board import Board
from vexil.server.stores.dynamodb.place import DynamoDBPlace
from vexil.server.stores.outbox import Outbox
from vexil.server.stores.port import Store

if TYPE_CHECKING:
    from vexil.server.stores.dynamodb.store import DynamoDBStore

_EXTRA = frozenset({"boto3", "botocore"})
"""What the extra brings."""


async def open_store(address: str, region: str | None = None) -> Store:
    """The store at an address (`place.DynamoDBPlace`); `region`: what this one is called, None: as by AWS.

    Raises as `DynamoDBStore.open` does, and InvalidRequest for an address that is none or where boto3 is
    missing.
    """
    place = DynamoDBPlace.parse(address)
    return await _store().open(place, region=region)


def open_board(address: str, clock: Clock) -> Board:
    """The board beside the store at an address; nothing is opened yet. Raises InvalidRequest."""
    place = DynamoDBPlace.parse(address)
    _store()
    from vexil.server.stores.dynamodb.board import DynamoDBBoard  # noqa: PLC0415 - imports an extra

    return DynamoDBBoard(place, clock)


async def open_outbox(address: str, store: Store, clock: Clock) -> Outbox:
    """The outbox of the store at an address, open as `store`. Raises as `DynamoDBOutbox.open` does."""
    from vexil.server.stores.dynamodb.outbox import DynamoDBOutbox  # noqa: PLC0415 - imports an extra

    return await DynamoDBOutbox.open(store, DynamoDBPlace.parse(address), clock)


def _store() -> "type[DynamoDBStore]":
    try:
        from vexil.server.stores.dynamodb.store import DynamoDBStore  # noqa: PLC0415 - imports an extra
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        missing = Violation("store", "needs boto3: pip install 'vexil-server[dynamodb]'")
        raise InvalidRequest.of([missing]) from error
    return DynamoDBStore

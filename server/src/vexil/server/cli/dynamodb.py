"""DynamoDB, as a store's address names it, for a command."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from vexil.server.stores.dynamodb.access import accessing
from vexil.server.stores.dynamodb.place import DynamoDBPlace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@contextmanager
def opened(place: DynamoDBPlace, timeout: float) -> Iterator["DynamoDBClient"]:
    """A client of the place, with AWS's own settings; `timeout` in seconds is for each attempt of a call.

    Nothing is called yet. Raises InvalidRequest where boto3 is not installed, StoreRefused when there is no
    region.
    """
    session = place.session()
    with accessing(f"the table {place.table}"):
        client = session.client("dynamodb", endpoint_url=place.endpoint, config=place.config(timeout))
    with closing(client):
        yield client

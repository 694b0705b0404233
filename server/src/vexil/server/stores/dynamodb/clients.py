"""boto3's client, as servers use it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vexil.server.stores.dynamodb.errors import translated
from vexil.server.stores.dynamodb.place import DynamoDBPlace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient calls are, and how many there are at once. Times in seconds.

    An attempt waits for at most `connect_timeout` and `read_timeout`. There are up to `attempts`; all but
    the first (`direct`) are boto3's, with pauses that grow and vary by chance, and slower while it is
    throttled (its retry mode "adaptive"). After `call_timeout` nobody waits for all that any more. `threads`
    is the number of calls at once.
    """

    connect_timeout: float = 1.0
    read_timeout: float = 3.0
    attempts: int = 4
    call_timeout: float = 12.0
    threads: int = 16


def open_client(place: DynamoDBPlace, limits: Limits) -> "DynamoDBClient":
    """A client of the place; nothing is called yet. Blocks for a third of a second.

    Raises InvalidRequest where boto3 is not installed, StoreRefused where no region is given.
    """
    from botocore.config import Config  # noqa: PLC0415 - beside the client, which takes time to import

    config = Config(
        connect_timeout=limits.connect_timeout,
        read_timeout=limits.read_timeout,
        retries={"mode": "adaptive", "total_max_attempts": max(1, limits.attempts - 1)},
        max_pool_connections=limits.threads,
        tcp_keepalive=True,
    )
    with translated():
        return place.session().client("dynamodb", endpoint_url=place.endpoint, config=config)

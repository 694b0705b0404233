"""Which tables, in which region, and how they are called."""

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, urlsplit

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.stores.dynamodb.access import accessing
from vexil.server.stores.dynamodb.sessions import open_session

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

SCHEME = "dynamodb:"
EXAMPLE = "dynamodb:vexil?region=eu-central-1"
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,249}")
"""DynamoDB's rule, with room for `-board` (255 characters at most)."""
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+")


@dataclass(frozen=True, slots=True)
class DynamoDBPlace:
    """Where a store is: `dynamodb:TABLE[?region=REGION][&endpoint=URL]`.

    Without a region and an endpoint AWS's own settings say (`AWS_REGION`, `AWS_ENDPOINT_URL_DYNAMODB`, the
    profile). Credentials always come from them, and never stand in an address.
    """

    table: str
    region: str | None = None
    endpoint: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place that an address names. Raises InvalidRequest for what is none."""
        table, _, query = text.removeprefix(SCHEME).partition("?")
        options = parse_qsl(query, keep_blank_values=True)
        place = cls(table, **_known(dict(options), text))
        if not text.startswith(SCHEME) or not _TABLE.fullmatch(table) or len(dict(options)) != len(options):
            raise _refused(
                f"{text!r} is not {SCHEME}TABLE, such as {EXAMPLE}; names have 3 to 249 of A-Z a-z 0-9 _ . -"
            )
        if place.region is not None and not _REGION.fullmatch(place.region):
            raise _refused(f"{place.region!r} is not a region, such as eu-central-1")
        if place.endpoint is not None and not _is_url(place.endpoint):
            raise _refused(f"{place.endpoint!r} is not a URL, such as http://127.0.0.1:8000")
        return place

    def session(self) -> "boto3.Session":
        """AWS's settings as this process has them.

        Raises InvalidRequest where boto3 is not installed, StoreRefused where AWS_PROFILE names no profile.
        """
        # boto3 alone among AWS's libraries does not read AWS_REGION.
        region = self.region or os.environ.get("AWS_REGION")
        try:
            with accessing(f"the table {self.table}"):
                return open_session(region_name=region)
        except ModuleNotFoundError as error:
            raise _refused("needs boto3: pip install 'vexil-server[dynamodb]'") from error

    def config(self, timeout: float) -> "Config":
        """How the command line calls: at most `timeout` seconds for an answer, and two more attempts."""
        from botocore.config import Config  # noqa: PLC0415 - comes with boto3

        return Config(
            connect_timeout=timeout,
            read_timeout=timeout,
            retries={"mode": "standard", "total_max_attempts": 3},
        )


def _known(options: dict[str, str], text: str) -> dict[str, str]:
    unknown = sorted(options.keys() - {"region", "endpoint"})
    if unknown:
        raise _refused(f"{text!r} has {', '.join(unknown)}; there are only region and endpoint")
    return options


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _refused(what: str) -> InvalidRequest:
    return InvalidRequest.of([Violation("store", what)])

"""Tables looked at, made and changed; blocking, for the command line and for tests."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from vexil.core.errors import DeadlineExceeded
from vexil.server.stores.dynamodb.access import Problem, StoreRefused, accessing
from vexil.server.stores.dynamodb.consistency import Consistency
from vexil.server.stores.dynamodb.errors import code_of
from vexil.server.stores.dynamodb.findings import State, findings
from vexil.server.stores.dynamodb.found import Found, from_description
from vexil.server.stores.dynamodb.layout_version import read_layout
from vexil.server.stores.dynamodb.schema import KEYS, Step, Wanted, creation, store_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PATIENCE = 3600.0
"""Seconds for one step. A table takes seconds, a replica minutes, an encrypted one with much in it longer."""

_PAUSES = (0.02, 1.0)
"""Seconds between two looks, at first and at last; each pause is twice the one before. The local engine is
ready within the first few, AWS takes several of the last."""

_UNKNOWN_OPERATION = "UnknownOperationException"
_MISSING = "ResourceNotFoundException"
_TAKEN = "ResourceInUseException"
_LATER = frozenset({_TAKEN, "ContinuousBackupsUnavailableException", "LimitExceededException"})
"""DynamoDB changes one thing of a table at a time, and says so to whoever asks for another."""


_LASTING = frozenset({"create_table", "update_table"})
"""Calls that DynamoDB answers when it has begun; the others are done with their answer."""

_DONE_BY_OTHERS = frozenset({("create_table", _TAKEN), ("put_item", "ConditionalCheckFailedException")})


@dataclass(frozen=True, slots=True)
class Waiting:
    """How to wait for DynamoDB: `pause` takes seconds, `monotonic` tells them."""

    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    patience: float = PATIENCE


class Tables:
    """The tables of one account and region. Raises StoreRefused and Unavailable as `access` says."""

    def __init__(self, client: "DynamoDBClient", waiting: Waiting | None = None) -> None:
        self._client = client
        self._waiting = waiting or Waiting()

    @property
    def region(self) -> str:
        """The region that is called."""
        return self._client.meta.region_name

    def find(self, name: str) -> Found | None:
        """The table with everything about it; None: there is none."""
        with accessing(self._subject(name)):
            table = self._describe(name)
            if table is None:
                return None
            without = from_description(table, None, None, None, None)
            return from_description(
                table,
                self._client.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
                self._offered(lambda: self._backups(name)),
                self._offered(lambda: self._tags(without.arn)),
                read_layout(self._client, name) if without.usable and without.keys == KEYS else None,
            )

    def mend(self, wanted: Wanted, beginning: Callable[[Step], None]) -> Sequence[str]:
        """Makes what is missing of a table; `beginning` is told of each step.

        What is wrong stays: whoever does not want to go on then looks first. Returns what is wanted and this
        engine does not have.
        """

        def take(step: Step) -> None:
            beginning(step)
            self.take(wanted.table.name, step)

        if self.find(wanted.table.name) is None:
            take(creation(wanted))
        # What the engine does not have shows in the table that it made.
        now = list(findings(wanted, self.find(wanted.table.name)))
        for finding in now:
            for step in finding.steps:
                take(step)
        return [finding.aspect for finding in now if finding.state is State.UNSUPPORTED]

    def take(self, name: str, step: Step) -> None:
        """Does the step, and returns when DynamoDB has done it.

        A table that someone else has made meanwhile is left as it is. Raises DeadlineExceeded when it takes
        longer than `patience`; what was begun goes on.
        """
        pauses = self._pauses(name)
        with accessing(self._subject(name)):
            while not self._try(name, step):
                next(pauses)
            while step.operation in _LASTING and not self._is_ready(name):
                next(pauses)

    def _try(self, name: str, step: Step) -> bool:
        """Whether the call was taken; False: something else is under way."""
        parameters = dict(step.parameters)
        if step.operation == "tag_resource":
            table = self._describe(name)
            parameters["ResourceArn"] = "" if table is None else table["TableArn"]
        else:
            parameters["TableName"] = name
        try:
            getattr(self._client, step.operation)(**parameters)
        except ClientError as error:
            code = code_of(error)
            if (step.operation, code) in _DONE_BY_OTHERS:
                return True
            if code in _LATER:
                return False
            if code == "ValidationException":
                raise self._refused(name, step, error) from error
            raise
        return True

    def _refused(self, name: str, step: Step, error: ClientError) -> StoreRefused:
        # DynamoDB's own words: who reads them is who asked for the step, with credentials of their own.
        words = error.response.get("Error", {}).get("Message", "")
        return StoreRefused(
            Problem.STEP_REFUSED, f"{self._subject(name)}: DynamoDB refused to {step.text}: {words}"
        )

    def _is_ready(self, name: str) -> bool:
        table = self._describe(name)
        # A table that was just asked for is not always there at once for whoever describes it.
        return table is not None and from_description(table, None, None, None, None).ready

    def _pauses(self, name: str) -> Iterator[None]:
        """Pauses before each next item, until patience is at its end."""
        seconds, longest = _PAUSES
        deadline = self._waiting.monotonic() + self._waiting.patience
        while self._waiting.monotonic() < deadline:
            self._waiting.pause(seconds)
            seconds = min(2 * seconds, longest)
            yield
        raise DeadlineExceeded(
            f"{self._subject(name)}: still at work after {self._waiting.patience:g} s; it goes on; "
            "repeat the command to see what is left"
        )

    def _describe(self, name: str) -> Mapping[str, Any] | None:
        try:
            return self._client.describe_table(TableName=name)["Table"]
        except ClientError as error:
            if code_of(error) == _MISSING:
                return None
            raise

    def _backups(self, name: str) -> Mapping[str, Any]:
        return self._client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]

    def _tags(self, arn: str) -> list[Any]:
        pages = self._client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
        return [tag for page in pages for tag in page["Tags"]]

    def _offered(self, call: Callable[[], Any]) -> Any:
        """What the call gives, None where the engine does not know it."""
        try:
            return call()
        except ClientError as error:
            if code_of(error) == _UNKNOWN_OPERATION:
                return None
            raise

    def _subject(self, name: str) -> str:
        return f"the table {name} in {self.region}"


def create_tables(client: "DynamoDBClient", name: str, consistency: Consistency | None = None) -> None:
    """Makes a store's tables, as `vexil store init` does where its user chooses nothing else."""
    tables = Tables(client)
    for wanted in store_tables(name, tables.region, consistency=consistency):
        tables.mend(wanted, lambda step: None)

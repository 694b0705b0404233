"""Calls without boto3's layers: the same answers, and everything unusual is left to boto3."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scripted_dynamodb import Answer, ScriptedDynamoDB, refused, scripted_dynamodb
from vexil.server.stores.dynamodb.clients import Limits, open_client
from vexil.server.stores.dynamodb.direct import Direct
from vexil.server.stores.dynamodb.place import DynamoDBPlace

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ITEM: dict[str, Any] = {
    "pk": {"S": "log#shop"},
    "B": {"B": b"\x00\xff"},
    "m": {"M": {"B": {"B": b"b"}}},
    "n": {"N": "1"},
}
STORED: dict[str, Any] = {
    "pk": {"S": "log#shop"},
    "B": {"B": "AP8="},
    "m": {"M": {"B": {"B": "Yg=="}}},
    "n": {"N": "1"},
}
GET: dict[str, Any] = {"TableName": "vexil", "Key": {"pk": {"S": "log#shop"}}}


class Time:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")


@contextmanager
def asked(
    *answers: Answer, time: Time | None = None
) -> "Iterator[tuple[Direct, DynamoDBClient, ScriptedDynamoDB]]":
    with scripted_dynamodb(any_call=answers) as server:
        client = open_client(DynamoDBPlace("vexil", endpoint=server.endpoint), Limits())
        yield Direct(client, time or Time()), client, server
        client.close()


def test_items_are_sent_and_read_as_boto3_does() -> None:
    with asked((200, {"Item": STORED})) as (direct, client, server):
        put: dict[str, Any] = {"TableName": "vexil", "Item": ITEM}
        direct.call("put_item", put)
        client.put_item(**put)
        assert server.calls[0] == server.calls[1] == ("PutItem", {"TableName": "vexil", "Item": STORED})
        assert direct.call("get_item", GET) == {"Item": ITEM}
        assert client.get_item(**GET)["Item"] == ITEM


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("ConditionalCheckFailedException", {"Item": STORED}),
        ("TransactionCanceledException", {"CancellationReasons": [{"Code": "None"}, {"Item": STORED}]}),
    ],
)
def test_conditions_that_fail_are_told_as_boto3_does(code: str, more: dict[str, Any]) -> None:
    status, body = refused(code, "no")
    with asked((status, {**body, **more})) as (direct, client, _):
        errors = []
        for call in (lambda: direct.call("put_item", {}), lambda: client.put_item(TableName="t", Item=ITEM)):
            with pytest.raises(ClientError) as failed:
                call()
            errors.append(failed.value)
        ours, theirs = errors
        assert ours.response["Error"] == {"Code": code, "Message": "no"}
        assert theirs.response["Error"]["Code"] == code
        assert ours.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        if code == "TransactionCanceledException":
            assert ours.response["CancellationReasons"][1]["Item"] == ITEM


@pytest.mark.parametrize(
    "answer",
    [
        refused("ProvisionedThroughputExceededException"),
        refused("ExpiredTokenException"),
        refused("ValidationException", "no"),
        refused("InternalServerError", status=500),
    ],
    ids=str,
)
def test_what_is_not_about_items_is_left_to_boto3_for_a_second(answer: Answer) -> None:
    time = Time()
    with asked(answer, (200, {}), time=time) as (direct, _, server):
        assert direct.call("get_item", GET) is None
        assert direct.call("get_item", GET) is None
        assert len(server.calls) == 1
        time.now = 1.0
        assert direct.call("get_item", GET) == {}


@pytest.mark.parametrize("nonsense", [["moved"], "moved", {"Item": {"content": {"B": "x"}}}], ids=str)
def test_nonsense_is_left_to_boto3(nonsense: Any) -> None:
    with asked((200, nonsense)) as (direct, _, _):
        assert direct.call("get_item", GET) is None


def test_nobody_there_is_left_to_boto3() -> None:
    with asked((200, {})) as (_, client, _):
        pass
    assert Direct(client).call("get_item", GET) is None


def test_missing_credentials_are_left_to_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with asked((200, {})) as (direct, _, server):
        assert direct.call("get_item", GET) is None
        assert server.calls == []


ATTRIBUTES = st.recursive(
    st.one_of(
        st.builds(lambda value: {"S": value}, st.text()),
        st.builds(lambda value: {"B": value}, st.binary()),
        st.builds(lambda value: {"NS": [str(each) for each in value]}, st.lists(st.integers())),
    ),
    lambda inner: st.builds(lambda value: {"M": value}, st.dictionaries(st.text(), inner)),
)


@given(st.dictionaries(st.sampled_from(["B", "S", "pk", "content"]), ATTRIBUTES))
def test_every_item_comes_back_as_it_was_sent(item: dict[str, Any]) -> None:
    from vexil.server.stores.dynamodb.direct import _from_base64, _to_base64  # noqa: PLC0415 - for this law

    assert json.loads(json.dumps(item, default=_to_base64), object_hook=_from_base64) == item

"""What AWS answers when it will not look at an item, as an error that says what to do."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from tests.support.scripted_dynamodb import Answer, refused, scripted_dynamodb
from vexil.core.errors import FailedPrecondition, Reason, Unavailable
from vexil.server.stores.dynamodb.access import Problem, StoreRefused
from vexil.server.stores.dynamodb.opening import require_usable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ARN = "arn:aws:iam::123456789012:user/someone"


@contextmanager
def client_of(endpoint: str) -> Iterator["DynamoDBClient"]:
    config = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})
    session = boto3.Session("key", "secret", region_name="eu-central-1")
    with closing(session.client("dynamodb", endpoint_url=endpoint, config=config)) as client:
        yield client


@contextmanager
def scripted_client(**script: Sequence[Answer]) -> Iterator["DynamoDBClient"]:
    with scripted_dynamodb(**script) as server, client_of(server.endpoint) as client:
        yield client


@pytest.mark.parametrize(
    ("code", "message", "problem", "advice"),
    [
        (
            "AccessDeniedException",
            f"User: {_ARN} is not authorized",
            Problem.ACCESS_DENIED,
            "dynamodb:DescribeTable",
        ),
        (
            "ExpiredTokenException",
            "The security token is expired",
            Problem.CREDENTIALS_EXPIRED,
            "sign in again",
        ),
        ("UnrecognizedClientException", "invalid token", Problem.CREDENTIALS_UNKNOWN, "compare access key"),
        ("InvalidSignatureException", "The signature does not match", Problem.CREDENTIALS_UNKNOWN, "secret"),
        ("InvalidSignatureException", "Signature expired: 2026 is now earlier", Problem.CLOCK_WRONG, "clock"),
        ("InvalidSignatureException", "Signature not yet current: 2026", Problem.CLOCK_WRONG, "NTP"),
        ("RequestTimeTooSkewed", "The difference is too large", Problem.CLOCK_WRONG, "AWS says that it is"),
        (
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'eu-central-1'.",
            Problem.REGION_WRONG,
            "compare AWS_REGION",
        ),
        ("MissingAuthenticationTokenException", "", Problem.CREDENTIALS_MISSING, "AWS_PROFILE"),
        ("KMSAccessDeniedException", f"{_ARN}", Problem.KEY_DENIED, "key's policy"),
        ("ResourceNotFoundException", "not found", Problem.TABLE_MISSING, "vexil store init"),
    ],
)
def test_refusal_says_what_is_wrong_and_what_to_do(
    code: str, message: str, problem: Problem, advice: str
) -> None:
    answer = refused(code, message)
    with scripted_client(any_call=[answer]) as client, pytest.raises(StoreRefused) as raised:
        require_usable(client, "vexil")

    error = raised.value
    assert error.problem is problem
    assert error.metadata == {"problem": str(problem)}
    assert error.reason is Reason.STORE_UNAVAILABLE
    assert error.message.startswith("the table vexil in eu-central-1: ")
    assert advice in error.message
    assert _ARN not in error.message


def test_silence_is_said_to_be_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        endpoint = f"http://127.0.0.1:{probe.getsockname()[1]}"

    with client_of(endpoint) as client, pytest.raises(Unavailable) as raised:
        require_usable(client, "vexil")

    assert raised.value.reason is Reason.STORE_UNAVAILABLE
    assert raised.value.metadata == {"problem": "UNREACHABLE"}


def test_failure_of_aws_itself_is_unavailable() -> None:
    answer = refused("InternalServerError", "", 500)
    with scripted_client(any_call=[answer]) as client, pytest.raises(Unavailable) as raised:
        require_usable(client, "vexil")

    assert raised.value.retry_after


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        ("CREATING", Problem.TABLE_NOT_READY),
        ("DELETING", Problem.TABLE_NOT_READY),
        ("INACCESSIBLE_ENCRYPTION_CREDENTIALS", Problem.KEY_DENIED),
    ],
)
def test_table_in_no_state_to_be_used_is_refused(status: str, problem: Problem) -> None:
    answer = (200, {"Table": description(status)})
    with scripted_client(DescribeTable=[answer]) as client, pytest.raises(StoreRefused) as raised:
        require_usable(client, "vexil")

    assert raised.value.problem is problem


def test_layout_of_a_later_release_is_refused() -> None:
    table = (200, {"Table": description("ACTIVE")})
    item = (200, {"Item": {"version": {"N": "2"}}})
    with (
        scripted_client(DescribeTable=[table], GetItem=[item]) as client,
        pytest.raises(FailedPrecondition) as raised,
    ):
        require_usable(client, "vexil")

    assert raised.value.reason is Reason.STORE_SCHEMA_NEWER
    assert raised.value.metadata == {"found": "2", "supported": "1"}


def description(status: str) -> dict[str, object]:
    """A table of Vexil's as DynamoDB describes it."""
    return {
        "TableName": "vexil",
        "TableArn": "arn:aws:dynamodb:eu-central-1:123456789012:table/vexil",
        "TableStatus": status,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    }

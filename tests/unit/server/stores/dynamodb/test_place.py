import pytest

from vexil.core.errors import InvalidRequest
from vexil.server.stores.dynamodb.access import Problem, StoreRefused
from vexil.server.stores.dynamodb.place import DynamoDBPlace


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("dynamodb:vexil", DynamoDBPlace("vexil")),
        ("dynamodb:a.b-c_1?region=eu-central-1", DynamoDBPlace("a.b-c_1", "eu-central-1")),
        (
            "dynamodb:vexil?endpoint=http://127.0.0.1:8000",
            DynamoDBPlace("vexil", None, "http://127.0.0.1:8000"),
        ),
        (
            "dynamodb:vexil?region=us-gov-west-1&endpoint=https://x",
            DynamoDBPlace("vexil", "us-gov-west-1", "https://x"),
        ),
    ],
)
def test_place_is_what_the_address_says(text: str, place: DynamoDBPlace) -> None:
    assert DynamoDBPlace.parse(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "dynamodb:",
        "dynamodb:ab",
        "dynamodb://vexil",
        "dynamodb:has space",
        f"dynamodb:{'x' * 250}",
        "vexil",
        "dynamodb:vexil?region=",
        "dynamodb:vexil?region=Frankfurt",
        "dynamodb:vexil?endpoint=localhost:8000",
        "dynamodb:vexil?profile=prod",
        "dynamodb:vexil?region=eu-central-1&region=us-east-1",
    ],
)
def test_place_refuses_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        DynamoDBPlace.parse(text)

    assert raised.value.violations[0].field == "store"


def test_place_takes_the_region_that_other_aws_programs_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-north-1")

    assert DynamoDBPlace("vexil").session().region_name == "eu-north-1"
    assert DynamoDBPlace("vexil", "us-east-2").session().region_name == "us-east-2"


def test_place_says_that_the_profile_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "of-somebody-else")

    with pytest.raises(StoreRefused) as raised:
        DynamoDBPlace("vexil").session()

    assert raised.value.problem is Problem.CREDENTIALS_MISSING

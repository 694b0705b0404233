"""Secrets that AWS keeps, over HTTP."""

import logging
import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.support.bridges import nobody
from tests.support.engines.moto import Account
from vexil.core.value import SecretReference
from vexil.secrets import Resolver, SecretDenied, SecretNotFound, SecretUnavailable, SecretUnusable

MARKER = "hunter2-marker"


@pytest.fixture
def resolver(account: Account) -> Iterator[Resolver]:
    with closing(Resolver()) as resolver:
        yield resolver


@pytest.fixture
def manager(account: Account) -> Iterator[Any]:
    session: Any = account.session()
    with closing(session.client("secretsmanager", endpoint_url=account.endpoint)) as client:
        yield client


@pytest.fixture
def parameters(account: Account) -> Iterator[Any]:
    with closing(account.session().client("ssm", endpoint_url=account.endpoint)) as client:
        yield client


def test_secret_is_read_by_its_arn(resolver: Resolver, manager: Any) -> None:
    made = manager.create_secret(Name="shop/db", SecretString='{"password": "one", "port": 5432}')
    secret = resolver.resolve(SecretReference(made["ARN"]))

    assert (secret.text, secret.version) == ('{"password": "one", "port": 5432}', made["VersionId"])
    assert resolver.resolve(SecretReference(f"{made['ARN']}#password")).text == "one"


def test_secret_of_bytes_is_read(resolver: Resolver, manager: Any) -> None:
    arn = manager.create_secret(Name="shop/key", SecretBinary=b"\xff\x00")["ARN"]

    assert resolver.resolve(SecretReference(arn)).data == b"\xff\x00"


def test_rotated_secret_is_read(resolver: Resolver, manager: Any) -> None:
    reference = SecretReference(manager.create_secret(Name="shop/db", SecretString="one")["ARN"])
    assert resolver.resolve(reference).text == "one"
    manager.put_secret_value(SecretId="shop/db", SecretString="two")
    resolver.close()

    assert resolver.resolve(reference).text == "two"


def test_parameter_is_read_by_arn_and_by_name(resolver: Resolver, parameters: Any, account: Account) -> None:
    parameters.put_parameter(Name="/shop/db", Value="one", Type="SecureString")
    arn = f"arn:aws:ssm:{account.region}:{account.number}:parameter/shop/db"

    assert resolver.resolve(SecretReference("ssm:/shop/db")).text == "one"
    assert resolver.resolve(SecretReference(arn)).text == "one"


def test_what_is_not_there_is_not_found(resolver: Resolver, manager: Any, account: Account) -> None:
    doomed = manager.create_secret(Name="shop/db", SecretString="one")["ARN"]
    manager.delete_secret(SecretId="shop/db")
    for uri in (
        f"arn:aws:secretsmanager:{account.region}:{account.number}:secret:nothing-a1B2c3",
        doomed,
        "ssm:/nothing",
    ):
        with pytest.raises(SecretNotFound):
            resolver.resolve(SecretReference(uri))


@pytest.mark.usefixtures("account")
def test_aws_that_is_away_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{nobody()}")
    with closing(Resolver()) as resolver, pytest.raises(SecretUnavailable):
        resolver.resolve(SecretReference("ssm:/shop/db"))


@pytest.mark.usefixtures("account")
def test_credentials_that_are_not_there_are_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_") and "ENDPOINT" not in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    with closing(Resolver()) as resolver:
        with pytest.raises(SecretUnusable, match="NoRegionError"):
            resolver.resolve(SecretReference("ssm:/shop/db"))
        with pytest.raises(SecretDenied, match="NoCredentialsError"):
            resolver.resolve(SecretReference("arn:aws:ssm:eu-central-1:123456789012:parameter/shop/db"))


def test_secret_is_in_no_log_at_any_level(
    resolver: Resolver, manager: Any, parameters: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """boto3's own log at DEBUG included, which has the bodies of answers."""
    arn = manager.create_secret(Name="shop/db", SecretString=MARKER)["ARN"]
    parameters.put_parameter(Name="/shop/db", Value=MARKER, Type="SecureString")
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "botocore"):
        assert resolver.resolve(SecretReference(arn)).text == MARKER
        assert resolver.resolve(SecretReference("ssm:/shop/db")).text == MARKER
        with pytest.raises(SecretUnusable):
            resolver.resolve(SecretReference(f"{arn}#password"))

    assert any(record.name.startswith("botocore") for record in caplog.records)
    assert MARKER not in caplog.text

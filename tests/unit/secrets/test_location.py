"""From references to places."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vexil.core.secret_location import Keeper, Location
from vexil.core.value import SecretReference
from vexil.secrets import SecretUnusable
from vexil.secrets.location import locate

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-a1B2c3"
PARAMETER = "arn:aws-cn:ssm:cn-north-1:123456789012:parameter/shop/db"


@pytest.mark.parametrize(
    ("uri", "location"),
    [
        (SECRET, Location(Keeper.SECRETS_MANAGER, SECRET, region="eu-central-1")),
        (f"{SECRET}#password", Location(Keeper.SECRETS_MANAGER, SECRET, "password", "eu-central-1")),
        (PARAMETER, Location(Keeper.PARAMETER_STORE, PARAMETER, region="cn-north-1")),
        ("ssm:/shop/db", Location(Keeper.PARAMETER_STORE, "/shop/db")),
        ("vault:secret/shop/db#password", Location(Keeper.VAULT, "secret/shop/db", "password")),
        ("vault:/secret/shop", Location(Keeper.VAULT, "secret/shop")),
        ("env:DB_PASSWORD", Location(Keeper.ENVIRONMENT, "DB_PASSWORD")),
        ("file:/run/secrets/db", Location(Keeper.FILE, "/run/secrets/db")),
        ("file:///run/secrets/db#user", Location(Keeper.FILE, "/run/secrets/db", "user")),
    ],
)
def test_reference_is_read(uri: str, location: Location) -> None:
    assert Location.of(SecretReference(uri)) == location


@pytest.mark.parametrize(
    "uri",
    [
        "hunter2-marker",
        "vault:marker",
        "env:",
        "file:#marker",
        "ssm:",
        "arn:aws:s3:::marker",
        "arn:aws:ssm:eu-central-1:123456789012:document/marker",
        "arn:aws:secretsmanager:eu-central-1:123456789012:marker",
        "https://marker",
        "file:/run/secrets/../../etc/marker",
        "vault:secret/shop/../marker",
    ],
)
def test_reference_that_is_none_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(SecretUnusable) as raised:
        locate(SecretReference(uri))

    assert "marker" not in raised.value.message


@given(st.sampled_from(["", "arn:aws:ssm:", "ssm:", "vault:", "env:", "file:"]), st.text())
@example("vault:", "/a/b/../c")
@example("file:", "//..")
def test_any_text_is_read_or_refused(scheme: str, rest: str) -> None:
    with suppress(SecretUnusable):
        location = locate(SecretReference(scheme + rest))
        assert location.name
        assert location.keeper in (Keeper.ENVIRONMENT, Keeper.PARAMETER_STORE) or ".." not in (
            location.name.split("/")
        )

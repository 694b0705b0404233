"""Environment variables of the function."""

from pathlib import Path

import pytest

from vexil.bridge.settings import Mode, Settings
from vexil.core.errors import InvalidRequest

SERVER = {"VEXIL_SERVER": "vexil.internal:7350"}


def test_settings_default() -> None:
    assert Settings.of(SERVER) == Settings("vexil.internal:7350")


def test_settings_are_read(tmp_path: Path) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_bytes(b"pem")
    settings = Settings.of(
        {
            **SERVER,
            "VEXIL_NAMESPACE": "contact-centre",
            "VEXIL_ENVIRONMENT": "prod",
            "VEXIL_MODE": "snapshot",
            "VEXIL_TLS_CA": str(authorities),
            "VEXIL_KEY": "k3y",
            "VEXIL_BUDGET_MS": "1000",
            "VEXIL_HEDGE_MS": "",
            "VEXIL_KEYS": "menu., callback. ,, ,menu.",
        }
    )

    assert settings.mode is Mode.SNAPSHOT
    assert settings.authorities == b"pem"
    assert (settings.budget, settings.hedge_after) == (1.0, 0.15)
    assert settings.keys == ("callback.", "menu.")


@pytest.mark.parametrize(
    ("text", "plaintext"), [("", False), ("FALSE", False), ("off", False), ("True", True), ("1", True)]
)
def test_plaintext_is_true_or_false(text: str, plaintext: bool) -> None:
    assert Settings.of({**SERVER, "VEXIL_PLAINTEXT": text}).plaintext is plaintext


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({}, "VEXIL_SERVER"),
        ({**SERVER, "VEXIL_MODE": "dead"}, "VEXIL_MODE"),
        ({**SERVER, "VEXIL_BUDGET_MS": "1.5"}, "VEXIL_BUDGET_MS"),
        ({**SERVER, "VEXIL_BUDGET_MS": "0"}, "VEXIL_BUDGET_MS"),
        ({**SERVER, "VEXIL_ATTEMPT_MS": "-5"}, "VEXIL_ATTEMPT_MS"),
        ({**SERVER, "VEXIL_TLS_CA": "/nowhere/ca.pem"}, "VEXIL_TLS_CA"),
        ({**SERVER, "VEXIL_TLS_CERTIFICATE": __file__}, "VEXIL_TLS_KEY"),
        ({**SERVER, "VEXIL_REDIS": "http://redis:6379"}, "VEXIL_REDIS"),
        ({**SERVER, "VEXIL_REDIS": "redis://host:port/x"}, "VEXIL_REDIS"),
        ({**SERVER, "VEXIL_KEY": "k3y", "VEXIL_PLAINTEXT": "true"}, "VEXIL_KEY"),
        ({**SERVER, "VEXIL_KEY": "k3y\n"}, "VEXIL_KEY"),
        ({**SERVER, "VEXIL_KEY": "k 3y"}, "VEXIL_KEY"),
        ({**SERVER, "VEXIL_KEY_FROM": "ssm:/key", "VEXIL_PLAINTEXT": "true"}, "VEXIL_KEY_FROM"),
        ({**SERVER, "VEXIL_KEY_FROM": "ssm:/key", "VEXIL_KEY": "k3y"}, "VEXIL_KEY_FROM"),
        (
            {**SERVER, "VEXIL_REDIS_PASSWORD_FROM": "ssm:/pw", "VEXIL_REDIS_PASSWORD": "pw"},
            "VEXIL_REDIS_PASSWORD_FROM",
        ),
        ({**SERVER, "VEXIL_PLAINTEXT": "ture"}, "VEXIL_PLAINTEXT"),
        ({**SERVER, "VEXIL_KEYS": ",".join(f"k{number}." for number in range(60))}, "VEXIL_KEYS"),
        ({**SERVER, "VEXIL_KEYS": "k" * 257}, "VEXIL_KEYS"),
    ],
)
def test_settings_that_can_not_be_are_refused_by_name(variables: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        Settings.of(variables)

    assert [violation.field for violation in raised.value.violations] == [field]


def test_settings_do_not_print_what_is_secret() -> None:
    printed = repr(Settings("s", key="k3y", redis="redis://:pw@host", redis_password="pw"))

    assert "k3y" not in printed
    assert "pw" not in printed

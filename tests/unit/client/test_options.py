from pathlib import Path

import pytest

from vexil.client import Endpoint, Kind, Selector, Tls
from vexil.client.options import SETTINGS_AND_SEGMENTS, client_options
from vexil.core.errors import InvalidRequest

PLACE = {"VEXIL_NAMESPACE": "shop", "VEXIL_ENVIRONMENT": "prod"}


def test_everything_can_come_from_the_environment() -> None:
    options = client_options(
        None,
        {
            **PLACE,
            "VEXIL_TARGET": "config:7350",
            "VEXIL_TOKEN": "t0ken",
            "VEXIL_TLS_CA_FILE": "/ca.pem",
            "VEXIL_TLS_CERTIFICATE_FILE": "/me.pem",
            "VEXIL_TLS_KEY_FILE": "/me.key",
            "VEXIL_TLS_SERVER_NAME": "config",
        },
    )
    assert (options.namespace, options.environment) == ("shop", "prod")
    assert options.endpoint == Endpoint(
        "config:7350",
        tls=Tls(Path("/ca.pem"), Path("/me.pem"), Path("/me.key"), "config"),
        token="t0ken",
    )


def test_arguments_win_over_the_environment() -> None:
    options = client_options("here:1", {**PLACE, "VEXIL_TARGET": "there:2"}, namespace="bank")
    assert (options.endpoint.target, options.namespace, options.environment) == ("here:1", "bank", "prod")


def test_endpoint_that_is_given_is_used_as_it_is() -> None:
    endpoint = Endpoint("here:1", keepalive_time=5)
    assert client_options(endpoint, {**PLACE, "VEXIL_TOKEN": "unused"}).endpoint is endpoint


def test_default_target_is_the_server_of_this_machine() -> None:
    assert client_options(None, PLACE).endpoint == Endpoint("127.0.0.1:7350")


@pytest.mark.parametrize("text", ["1", "true", "YES"])
def test_tls_without_files_is_asked_for_by_name(text: str) -> None:
    assert client_options(None, {**PLACE, "VEXIL_TLS": text}).endpoint.tls == Tls()


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(InvalidRequest) as raised:
        client_options(None, {})
    assert [(each.field, each.description) for each in raised.value.violations] == [
        ("namespace", "is not given; pass namespace=… or set VEXIL_NAMESPACE"),
        ("environment", "is not given; pass environment=… or set VEXIL_ENVIRONMENT"),
    ]


def test_settings_and_segments_are_held_unless_said_otherwise() -> None:
    assert client_options(None, PLACE).selectors == SETTINGS_AND_SEGMENTS


def test_segments_are_added_to_a_selection() -> None:
    mine = Selector(kind=Kind.SETTING, prefix="checkout.")
    assert client_options(None, PLACE, selectors=(mine,)).selectors == (mine, Selector(kind=Kind.SEGMENT))


@pytest.mark.parametrize("selectors", [(), (Selector(),), (Selector(kind=Kind.SEGMENT),)])
def test_selection_with_all_segments_stays_as_it_is(selectors: tuple[Selector, ...]) -> None:
    assert client_options(None, PLACE, selectors=selectors).selectors == selectors


def test_token_can_be_kept_elsewhere() -> None:
    kept = {**PLACE, "VEXIL_TOKEN_FROM": "file:/run/secrets/vexil"}
    for options in (
        client_options(None, kept),
        client_options(None, PLACE, token_from="file:/run/secrets/vexil"),
    ):
        assert (options.endpoint.token, options.endpoint.token_from) == (None, "file:/run/secrets/vexil")


def test_token_that_is_an_argument_wins_over_variables() -> None:
    variables = {**PLACE, "VEXIL_TOKEN": "a", "VEXIL_TOKEN_FROM": "env:B"}
    given = client_options(None, variables, token="mine").endpoint
    kept = client_options(None, variables, token_from="env:MINE").endpoint

    assert (given.token, given.token_from) == ("mine", None)
    assert (kept.token, kept.token_from) == (None, "env:MINE")
    with pytest.raises(InvalidRequest, match="token_from"):
        client_options(None, variables)


def test_kept_token_over_plain_text_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="token_from"):
        Endpoint("config.internal:7350", token_from="env:MINE")

from pathlib import Path

import pytest

from tests.unit.cli.screen import Screen
from vexil.core.errors import InvalidRequest
from vexil.server.cli.contexts import Context, Contexts, save
from vexil.server.cli.options import Options
from vexil.server.cli.session import Session
from vexil.server.cli.usage import UsageError


@pytest.fixture
def config(tmp_path: Path) -> Path:
    contexts = {
        "local": Context("127.0.0.1:7350", "shop", "prod"),
        "remote": Context("config.example:443", "shop", "prod", token="secret", tls_ca_file="/etc/ca.pem"),
    }
    path = tmp_path / "config.toml"
    save(path, Contexts("local", contexts))
    return path


def session(config: Path, **options: object) -> Session:
    return Session(Options(config_file=config, **options), Screen().terminal)  # type: ignore[arg-type]


def test_session_takes_the_option_before_the_context(config: Path) -> None:
    assert session(config, namespace="other").namespace == "other"
    assert session(config).namespace == "shop"


def test_session_takes_the_context_that_is_named(config: Path) -> None:
    chosen = session(config, context="remote")

    assert chosen.endpoint.target == "config.example:443"
    assert chosen.endpoint.token == "secret"
    assert chosen.endpoint.tls is not None


def test_session_without_anything_goes_to_the_default_server(tmp_path: Path) -> None:
    empty = session(tmp_path / "none.toml")

    assert empty.endpoint.target == "127.0.0.1:7350"
    with pytest.raises(UsageError, match="No namespace is given"):
        _ = empty.namespace
    with pytest.raises(UsageError, match="No environment is given"):
        _ = empty.environment


def test_session_never_sends_a_contexts_token_to_another_server(config: Path) -> None:
    elsewhere = session(config, context="remote", target="elsewhere.example:443", tls=True)

    assert elsewhere.endpoint.token is None
    assert elsewhere.endpoint.tls is not None
    assert elsewhere.endpoint.tls.ca_file is None


def test_session_can_turn_the_contexts_tls_off(config: Path) -> None:
    with pytest.raises(InvalidRequest, match="plain text"):
        _ = session(config, context="remote", tls=False).endpoint


def test_session_refuses_a_token_without_tls(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="token"):
        _ = session(tmp_path / "none.toml", token="secret", target="elsewhere.test:1").endpoint

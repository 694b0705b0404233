import json
from pathlib import Path

import pytest

from vexil.server.cli.app import run


@pytest.fixture(autouse=True)
def config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("TARGET", "NAMESPACE", "ENVIRONMENT", "CONTEXT", "OUTPUT"):
        monkeypatch.delenv(f"VEXIL_{name}", raising=False)
    monkeypatch.setenv("VEXIL_CONFIG", str(tmp_path / "config.toml"))
    return tmp_path / "config.toml"


def shown_json(capsys: pytest.CaptureFixture[str]) -> object:
    return json.loads(capsys.readouterr().out)


def test_first_context_is_the_one_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "set-context", "local", "--target", "127.0.0.1:1", "-n", "shop"]) == 0
    assert run(["config", "set-context", "prod", "--target", "config.example:1", "-e", "prod"]) == 0
    capsys.readouterr()

    assert run(["config", "get-contexts"]) == 0

    assert capsys.readouterr().out == (
        "   NAME   TARGET            NAMESPACE  ENVIRONMENT\n"
        "*  local  127.0.0.1:1       shop\n"
        "   prod   config.example:1             prod\n"
    )


def test_context_is_changed_only_where_something_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    run(["config", "set-context", "local", "--target", "127.0.0.1:1", "-n", "shop"])
    run(["config", "set-context", "local", "-n", "other"])
    capsys.readouterr()

    run(["config", "view", "-o", "json"])

    assert shown_json(capsys)["contexts"] == {"local": {"target": "127.0.0.1:1", "namespace": "other"}}  # type: ignore[index]


def test_context_in_use_is_changed_and_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    run(["config", "set-context", "a", "--target", "a:1"])
    run(["config", "set-context", "b", "--target", "b:1"])
    assert run(["config", "use-context", "b"]) == 0
    assert run(["config", "delete-context", "b"]) == 0
    capsys.readouterr()

    run(["config", "view", "-o", "json"])

    found = shown_json(capsys)
    assert found["current"] is None  # type: ignore[index]
    assert list(found["contexts"]) == ["a"]  # type: ignore[index]


@pytest.mark.parametrize("command", ["use-context", "delete-context"])
def test_context_that_is_missing_is_an_error(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", command, "gone"]) == 2

    assert "There is no context 'gone'" in capsys.readouterr().err


def test_new_context_needs_something(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    assert run(["config", "set-context", "x"]) == 2

    assert "--target" in capsys.readouterr().err
    assert not config.exists()


def test_view_hides_tokens_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    run(["config", "set-context", "x", "--target", "x:1", "--token", "very-secret"])
    capsys.readouterr()

    run(["config", "view"])
    assert "very-secret" not in capsys.readouterr().out
    run(["config", "view", "--show-tokens"])
    assert "very-secret" in capsys.readouterr().out


def test_files_of_a_context_are_kept_as_absolute_paths(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    run(["config", "set-context", "x", "--target", "x:1", "--tls-ca-file", "ca.pem"])

    assert f'tls_ca_file = "{tmp_path}/ca.pem"' in config.read_text()

import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.server.cli.contexts import Context, Contexts, default_path, load, save
from vexil.server.cli.usage import UsageError

FULL = Context(
    target="config.example:7350",
    namespace="shop",
    environment="prod",
    token='a "quoted"\ntoken\x7f',
    tls=True,
    tls_ca_file="/etc/ca.pem",
    tls_certificate_file="/etc/cert.pem",
    tls_key_file="/etc/key.pem",
    tls_server_name="vexil",
)


def test_contexts_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    contexts = Contexts("a.b", {"a.b": FULL, "local": Context(target="127.0.0.1:7350", tls=False)})
    path = tmp_path / "deep" / "config.toml"

    save(path, contexts)

    assert load(path) == contexts


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_contexts_file_keeps_any_text(token: str) -> None:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "config.toml"
        save(path, Contexts(None, {"x": Context(token=token)}))
        assert load(path).by_name["x"].token == token


def test_contexts_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("")
    path.chmod(0o644)

    save(path, Contexts(None, {"x": FULL}))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["config.toml"]


def test_contexts_file_that_is_missing_says_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == Contexts()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("current = 1", "current"),
        ("contexts = 1", "contexts"),
        ("[contexts]\nx = 1", "contexts.x"),
        ("[contexts.x]\ntarget = 1", "contexts.x.target"),
        ("[contexts.x]\ntls = 'yes'", "contexts.x.tls"),
        ("[contexts.x]\nport = 1", "contexts.x.port"),
        ("colour = 1", "colour"),
    ],
)
def test_contexts_file_names_the_field_at_fault(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)

    with pytest.raises(UsageError) as caught:
        load(path)

    assert [violation.field for violation in caught.value.violations] == [problem]
    assert str(path) in caught.value.message


@pytest.mark.parametrize("data", [b"[contexts", b"\xff\xfe", b"a = 1\na = 2"])
def test_contexts_file_that_is_no_toml_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)

    with pytest.raises(UsageError, match="is not a TOML file"):
        load(path)


def test_contexts_refuse_text_that_is_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="UTF-8"):
        save(tmp_path / "config.toml", Contexts(None, {"x": Context(token="\udcff")}))

    assert list(tmp_path.iterdir()) == []


def test_contexts_that_can_not_be_written_leave_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()

    with pytest.raises(UsageError, match="can't be written"):
        save(tmp_path / "config.toml", Contexts())

    assert [entry.name for entry in tmp_path.iterdir()] == ["config.toml"]


def test_context_in_use_is_the_default() -> None:
    contexts = Contexts("local", {"local": Context(namespace="shop"), "prod": FULL})

    assert contexts.get(None).namespace == "shop"
    assert contexts.get("prod") == FULL
    assert Contexts().get(None) == Context()


def test_context_that_is_missing_is_an_error_that_names_the_others() -> None:
    with pytest.raises(UsageError, match="contexts: local"):
        Contexts(None, {"local": Context()}).get("prod")


@pytest.mark.parametrize("name", ["", "-x", "a b", "x" * 64, "a/b"])
def test_context_name_that_can_not_be_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="can't be a context's name"):
        Contexts().setting(name, Context())


def test_default_path_follows_the_xdg_specification(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    assert default_path() == Path("/somewhere/vexil/config.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative/is/ignored")
    assert default_path() == tmp_path / ".config" / "vexil" / "config.toml"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert default_path() == tmp_path / ".config" / "vexil" / "config.toml"

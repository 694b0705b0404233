"""Settings from flags, variables and a file: precedence, and errors that say which and where."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App, CycloptsError

from vexil.core.errors import InvalidRequest
from vexil.server.cli import serve as module
from vexil.server.settings import ServerSettings, is_loopback


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in dataclasses.fields(ServerSettings):
        monkeypatch.delenv(f"VEXIL_{field.name.upper()}", raising=False)


def parsed(*arguments: str) -> ServerSettings:
    """What `vexil serve` would serve with."""
    app: App = module.app
    _, bound, _ = app.parse_args(arguments, exit_on_error=False, print_error=False)
    settings: Any = bound.arguments.get("settings", ServerSettings())
    assert isinstance(settings, ServerSettings)
    return settings


def complaint(*arguments: str) -> str:
    with pytest.raises((CycloptsError, InvalidRequest)) as raised:
        parsed(*arguments)
    return str(raised.value)


def violations(**settings: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as raised:
        ServerSettings(**settings)
    return [violation.field for violation in raised.value.violations]


class TestSources:
    def test_nothing_said_is_the_defaults(self) -> None:
        assert parsed() == ServerSettings()

    def test_flag_wins_over_variable_over_file_over_default(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "vexil.toml"
        file.write_text('listen = "127.0.0.1:1"\nstore = "memory"\nprocesses = 1\nlog_level = "error"\n')
        monkeypatch.setenv("VEXIL_LISTEN", "127.0.0.1:2")
        monkeypatch.setenv("VEXIL_LOG_LEVEL", "warning")
        settings = parsed("--config", str(file), "--listen", "127.0.0.1:3")
        assert (settings.listen, settings.log_level, settings.store) == ("127.0.0.1:3", "warning", "memory")

    def test_file_is_named_by_a_variable_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "vexil.toml"
        file.write_text("keep_days = 2\ninsecure = true\n")
        monkeypatch.setenv("VEXIL_SERVER_CONFIG", str(file))
        settings = parsed()
        assert (settings.keep_days, settings.insecure) == (2.0, True)

    def test_settings_of_the_kubernetes_base_are_ones_that_the_server_takes(self) -> None:
        file = Path(__file__).parents[3] / "deploy" / "k8s" / "base" / "vexil.toml"
        settings = parsed("--config", str(file))
        assert settings.tls
        assert settings.client_ca_file is not None
        assert settings.health_listen is not None

    def test_help_explains_every_setting(self, capsys: pytest.CaptureFixture[str]) -> None:
        module.app(["--help"], exit_on_error=False, result_action="return_value")
        text = capsys.readouterr().out
        for field in dataclasses.fields(ServerSettings):
            assert f"--{field.name.replace('_', '-')}" in text
            assert f"VEXIL_{field.name.upper()}" in text.replace("\n", "")


class TestBadValues:
    def test_value_in_a_file_is_named_with_field_and_file(self, tmp_path: Path) -> None:
        file = tmp_path / "vexil.toml"
        file.write_text('processes = "many"\n')
        text = complaint("--config", str(file))
        assert "processes" in text
        assert str(file) in text

    def test_variable_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("VEXIL_KEEP_DAYS", "-1")
        assert "VEXIL_KEEP_DAYS" in complaint()

    @pytest.mark.parametrize(
        ("flag", "value"),
        [
            ("--processes", "0"),
            ("--max-message-bytes", "none"),
            ("--progress-interval", "0"),
            ("--log-level", "loud"),
        ],
    )
    def test_flag_is_named(self, flag: str, value: str) -> None:
        assert flag in complaint(flag, value)

    def test_unknown_setting_in_a_file_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "vexil.toml"
        file.write_text('listne = "127.0.0.1:1"\n')
        assert "listne" in complaint("--config", str(file))

    def test_file_that_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        missing = tmp_path / "nowhere.toml"
        assert str(missing) in complaint("--config", str(missing))
        broken = tmp_path / "broken.toml"
        broken.write_text("listen = \n")
        assert str(broken) in complaint("--config", str(broken))
        broken.write_bytes(b"\xff\xfe")
        assert str(broken) in complaint("--config", str(broken))


class TestWhatDoesNotFitTogether:
    @pytest.mark.parametrize("address", ["0.0.0.0:7350", "[::]:7350", "192.0.2.1:1", "example.test:1"])
    def test_plain_text_stays_on_loopback_unless_it_is_asked_for(self, address: str) -> None:
        assert violations(listen=address) == ["listen"]
        assert ServerSettings(listen=address, insecure=True).listen == address
        assert ServerSettings(listen=address, cert_file=Path("c"), key_file=Path("k")).tls

    @pytest.mark.parametrize("address", ["0.0.0.0:7350", "[::]:7350", "192.0.2.1:1", "example.test:1"])
    def test_callers_are_asked_who_they_are_wherever_other_machines_can_call(self, address: str) -> None:
        assert ServerSettings(listen=address, insecure=True).requires_authentication
        assert violations(listen=address, insecure=True, authentication="off") == ["authentication"]
        unsaid = ServerSettings(listen=address, insecure=True, insecure_no_authentication=True)
        assert not unsaid.requires_authentication

    def test_callers_on_loopback_are_asked_only_when_that_is_wanted(self) -> None:
        assert not ServerSettings().requires_authentication
        assert not ServerSettings(authentication="off").requires_authentication
        assert ServerSettings(authentication="required").requires_authentication

    @pytest.mark.parametrize("address", ["0.0.0.0:9464", "[::]:9464", "192.0.2.1:1", "example.test:1"])
    def test_metrics_stay_on_loopback_unless_it_is_asked_for(self, address: str) -> None:
        assert violations(metrics_listen=address) == ["metrics_listen"]
        assert violations(metrics_listen=address, insecure=True) == ["metrics_listen"]
        assert ServerSettings(metrics_listen=address, insecure_metrics=True).metrics_listen == address
        assert ServerSettings(metrics_listen="127.0.0.1:9464").metrics_listen is not None

    def test_channelz_asks_nobody_who_calls_and_is_not_there_where_all_are_asked(self) -> None:
        assert violations(channelz=True, authentication="required") == ["channelz"]
        assert ServerSettings(channelz=True, authentication="off").channelz

    def test_authentication_is_not_both_required_and_left_out(self) -> None:
        both = violations(authentication="required", insecure_no_authentication=True)
        assert both == ["insecure_no_authentication"]

    def test_authorities_of_providers_are_a_file(self, tmp_path: Path) -> None:
        assert violations(provider_ca_file=tmp_path) == ["provider_ca_file"]

    @pytest.mark.parametrize(
        "address", ["127.0.0.1:1", "127.1.2.3:1", "[::1]:1", "localhost:1", "unix:/tmp/vexil"]
    )
    def test_loopback_is_known(self, address: str) -> None:
        assert is_loopback(address)

    @pytest.mark.parametrize("address", ["7350", "localhost", ":7350", "::1:7350", "127.0.0.1:port", ""])
    def test_address_without_host_or_port_is_refused(self, address: str) -> None:
        assert "listen" in violations(listen=address)
        assert "health_listen" in violations(health_listen=address)

    def test_certificate_and_key_come_together(self) -> None:
        assert violations(cert_file=Path("c")) == ["key_file"]
        assert violations(key_file=Path("k")) == ["cert_file"]
        assert violations(client_ca_file=Path("ca")) == ["client_ca_file"]

    @pytest.mark.parametrize("store", ["", "redis:x", "sqlite:", "sqlite://host/path", "sqlite:///a?mode=ro"])
    def test_store_is_one_that_is_known(self, store: str) -> None:
        assert violations(store=store) == ["store"]

    def test_memory_is_not_shared(self) -> None:
        assert violations(store="memory", processes=2) == ["processes"]

    def test_template_directory_is_there(self, tmp_path: Path) -> None:
        ServerSettings(template_dir=tmp_path)
        (tmp_path / "file").touch()
        for path in (tmp_path / "gone", tmp_path / "file"):
            assert violations(template_dir=path) == ["template_dir"]

    @pytest.mark.parametrize(
        "endpoint", ["", "127.0.0.1:9000", "s3://bucket", "http://", "http://u:p@host", "http://h/x"]
    )
    def test_endpoint_of_s3_is_a_plain_address(self, endpoint: str) -> None:
        assert violations(s3_endpoint=endpoint) == ["s3_endpoint"]

    def test_everything_wrong_is_told_at_once(self) -> None:
        assert violations(listen="x", store="y", cert_file=Path("c")) == ["listen", "key_file", "store"]


@pytest.mark.parametrize(
    ("store", "path"),
    [
        ("memory", None),
        ("sqlite:vexil.db", Path("vexil.db")),
        ("sqlite:/var/vexil.db", Path("/var/vexil.db")),
        ("sqlite:///var/vexil.db", Path("/var/vexil.db")),
        ("dynamodb:vexil?region=eu-central-1", None),
    ],
)
def test_store_names_a_file(store: str, path: Path | None) -> None:
    assert ServerSettings(store=store).store_path == path


def test_reflection_is_on_by_default_only_where_nobody_else_can_look() -> None:
    assert ServerSettings().serves_reflection
    assert not ServerSettings(reflection=False).serves_reflection
    assert not ServerSettings(listen="0.0.0.0:1", insecure=True).serves_reflection
    assert not ServerSettings(cert_file=Path("c"), key_file=Path("k")).serves_reflection
    assert ServerSettings(cert_file=Path("c"), key_file=Path("k"), reflection=True).serves_reflection

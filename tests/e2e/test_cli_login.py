"""`login`, `logout` and `access user`, against a server that asks who calls."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.server import server_process

PASSWORD = "staple of 9 horses"


@pytest.fixture
def cli(tmp_path: Path, compiled: dict[str, str]) -> Iterator[Cli]:
    """Commands of nobody yet; the file `admin` has the first key."""
    store = f"sqlite:{tmp_path / 'store.db'}"
    key = Cli("", tmp_path, "shop", variables=compiled)("access", "init", "--store", store).out.strip()
    (tmp_path / "admin").write_text(key)
    with server_process(store, authentication="required") as server:
        yield Cli(server.target, tmp_path, "shop", variables=compiled)


def admin(cli: Cli, *arguments: str) -> str:
    return cli(*arguments, VEXIL_TOKEN=(cli.directory / "admin").read_text()).out.strip()


def test_user_signs_up_works_and_leaves(cli: Cli) -> None:
    cli("namespace", "list", code=6)
    invitation = admin(cli, "access", "user", "invite", "ada", "--description", "Ada")
    everywhere = ("--subject", "user:ada", "--role", "admin", "--in-namespace", "*")
    admin(cli, "access", "binding", "put", "ada", *everywhere)
    cli("login", "ada", "--invitation", invitation, input=f"{PASSWORD}\n")
    assert "user:ada" in cli("access", "whoami").out
    assert "password" in cli("access", "whoami").out
    cli("namespace", "create", "shop")
    assert "user:ada" in cli("history", "-n", "shop").out

    assert "ada" in admin(cli, "access", "user", "list")
    viewed = cli("config", "view")
    file = (cli.directory / "config.toml").read_text()
    context = tomllib.loads(file)["contexts"]["default"]
    assert context["token"] not in viewed.out + viewed.err
    assert context["refresh_token"] not in viewed.out + viewed.err
    assert PASSWORD not in file
    assert (cli.directory / "config.toml").stat().st_mode & 0o077 == 0

    cli("logout")
    cli("namespace", "list", code=6)
    cli("logout", code=2)
    cli("login", "ada", input="wrong\n", code=6)
    cli("login", "ada", input=f"{PASSWORD}\n")
    admin(cli, "access", "user", "delete", "ada", "--yes")
    cli("namespace", "list", code=6)


def test_token_that_ends_is_renewed(cli: Cli) -> None:
    invitation = admin(cli, "access", "user", "invite", "ada")
    cli("login", "ada", "--invitation", invitation, input=f"{PASSWORD}\n")
    path = cli.directory / "config.toml"
    before = tomllib.loads(path.read_text())["contexts"]["default"]
    path.write_text(path.read_text().replace(before["token_expires_at"], "2026-01-01T00:00:00+00:00"))
    assert "user:ada" in cli("access", "whoami").out
    after = tomllib.loads(path.read_text())["contexts"]["default"]
    assert after["token"] != before["token"]
    assert after["refresh_token"] != before["refresh_token"]

    path.write_text(path.read_text().replace(after["token_expires_at"], "2026-01-01T00:00:00+00:00"))
    path.write_text(path.read_text().replace(after["refresh_token"], before["refresh_token"]))
    assert "log in again" in cli("access", "whoami", code=6).err
    cli("login", "ada", input=f"{PASSWORD}\n")
    assert "user:ada" in cli("access", "whoami").out


def test_token_in_a_variable_is_not_mistaken_for_a_log_in(cli: Cli) -> None:
    cli("login", "ada", input=f"{PASSWORD}\n", code=2, VEXIL_TOKEN="vxk_x")


@pytest.mark.parametrize("what", [("login", "ada"), ("login", "ada", "--invitation", "vxi_x")])
def test_password_does_not_travel_readable_to_other_machines(tmp_path: Path, what: tuple[str, ...]) -> None:
    stranger = Cli("elsewhere.test:7350", tmp_path, "shop")
    refused = stranger(*what, input=f"{PASSWORD}\n", code=2)
    assert "readable" in refused.err
    assert PASSWORD not in refused.err


def test_session_does_not_travel_readable_to_other_machines(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        'current = "far"\n[contexts.far]\ntarget = "elsewhere.test:7350"\nrefresh_token = "vxr_x"\n'
        'token = "vxs_x"\ntoken_expires_at = "2026-01-01T00:00:00+00:00"\n'
    )
    nobody = Cli("", tmp_path, "shop")
    for command in (("logout",), ("access", "whoami")):
        assert "readable" in nobody(*command, code=2).err


def test_tokens_are_for_the_server_that_gave_them(cli: Cli) -> None:
    """Another server gets no session of the first one, nor keeps its own in its place."""
    invitation = admin(cli, "access", "user", "invite", "ada")
    cli("login", "ada", "--invitation", invitation, input=f"{PASSWORD}\n")
    with server_process("memory", authentication="required") as other:
        for command in (("login", "ada"), ("logout",)):
            refused = cli(*command, "--target", other.target, input=f"{PASSWORD}\n", code=2)
            assert "set-context" in refused.err
        cli("access", "whoami", "--target", other.target, code=6)
        cli("config", "set-context", "default", "--target", other.target)
    assert "refresh_token" not in (cli.directory / "config.toml").read_text()


def test_next_log_in_ends_the_session_before(cli: Cli) -> None:
    invitation = admin(cli, "access", "user", "invite", "ada")
    cli("login", "ada", "--invitation", invitation, input=f"{PASSWORD}\n")
    first = tomllib.loads((cli.directory / "config.toml").read_text())["contexts"]["default"]["token"]
    cli("login", "ada", input=f"{PASSWORD}\n")
    cli("access", "whoami", code=6, VEXIL_TOKEN=first)
    assert "user:ada" in cli("access", "whoami").out


def test_doctor_says_who_somebody_is(cli: Cli) -> None:
    """Also to those who may not see how the server is: an application's key is no fault."""
    assert "✗ identity" in cli("doctor", code=1).out
    admin(cli, "namespace", "create", "shop", "--with-environment", "prod")
    key = admin(cli, "access", "key", "create", "--role", "client", "--in-namespace", "shop")
    lines = cli("doctor", "-e", "prod", VEXIL_TOKEN=key).out
    assert f"✓ identity  you are key:{key.split('_')[1]} (client)" in lines
    assert "! snapshot  not told" in lines
    assert "✓ environment  prod" in lines

"""Secrets that Vault keeps, over HTTP."""

import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.bridges import nobody
from tests.support.certificates import Authority
from tests.support.vault import Vault, vault_server
from vexil.core.secret_location import Location
from vexil.core.value import SecretReference
from vexil.secrets import (
    Resolver,
    SecretDenied,
    SecretError,
    SecretNotFound,
    SecretUnavailable,
    SecretUnusable,
)
from vexil.secrets.sources.vault import VaultSource

PLACE = Location.of(SecretReference("vault:secret/shop/db"))


def read(variables: Mapping[str, str], reference: str = "vault:secret/shop/db#password") -> str:
    resolver = Resolver(open_one=lambda _keeper: VaultSource(variables))
    return resolver.resolve(SecretReference(reference)).text


def test_member_of_the_newest_version_is_read(vault: Vault) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    vault.put("secret/shop/db", {"password": "two", "port": 5432})

    assert read(vault.variables()) == "two"
    assert read(vault.variables(), "vault:secret/shop/db#port") == "5432"
    assert VaultSource(vault.variables()).fetch(PLACE).version == "2"


def test_names_are_escaped(vault: Vault) -> None:
    vault.put("secret/shop/d%20b%3F", {"password": "one"})

    assert read(vault.variables(), "vault:secret/shop/d b?#password") == "one"


def test_namespace_is_said(vault: Vault) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    read({**vault.variables(), "VAULT_NAMESPACE": "teams/shop"})

    assert vault.headers["X-Vault-Namespace"] == "teams/shop"


def test_role_logs_in_once(vault: Vault) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    source = VaultSource(vault.role_variables())
    for _ in range(3):
        source.fetch(PLACE)

    assert vault.logins == 1


def test_role_logs_in_again_when_its_token_gets_old(vault: Vault) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    now = [0.0]
    source = VaultSource(vault.role_variables(), lambda: now[0])
    source.fetch(PLACE)
    now[0] = vault.lease * 0.7
    source.fetch(PLACE)

    assert vault.logins == 2


def test_role_logs_in_again_when_its_token_is_revoked(vault: Vault) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    source = VaultSource(vault.role_variables())
    source.fetch(PLACE)
    vault.tokens.clear()

    assert source.fetch(PLACE).data == b'{"password": "one"}'


def test_token_file_is_read_each_time(vault: Vault, tmp_path: Path) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    file = tmp_path / "token"
    source = VaultSource({"VAULT_ADDR": vault.address, "VAULT_TOKEN_FILE": str(file)})
    with pytest.raises(SecretUnusable):
        source.fetch(PLACE)
    file.write_text("hvs.test-token\n")

    assert source.fetch(PLACE).version == "1"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"VAULT_TOKEN": "wrong"}, SecretDenied),
        ({"VAULT_TOKEN": ""}, SecretUnusable),
        ({"VAULT_TOKEN": "", "VAULT_ROLE_ID": "who", "VAULT_SECRET_ID": "marker"}, SecretDenied),
        ({"VAULT_ADDR": ""}, SecretUnusable),
        ({"VAULT_ADDR": "http://vault.internal:8200"}, SecretUnusable),
        ({"VAULT_ADDR": "file:///etc/passwd"}, SecretUnusable),
        ({"VAULT_ADDR": "https://user:marker@vault.internal"}, SecretUnusable),
        ({"VAULT_CACERT": "/nowhere/ca.pem"}, SecretUnusable),
        ({"VAULT_ADDR": f"http://{nobody()}"}, SecretUnavailable),
        ({"VAULT_TOKEN": "line\nbreak-marker"}, SecretUnavailable),
    ],
)
def test_set_up_that_is_wrong_is_told(
    vault: Vault, change: Mapping[str, str], error: type[SecretError]
) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    with pytest.raises(error) as raised:
        read({**vault.variables(), **change})

    assert "marker" not in raised.value.message


def test_half_a_character_makes_no_secret(vault: Vault) -> None:
    vault.put("secret/shop/db", {"password": "\ud800"})
    with pytest.raises(SecretUnusable):
        read(vault.variables())


def test_what_is_not_there_is_not_found(vault: Vault) -> None:
    with pytest.raises(SecretNotFound):
        read(vault.variables())
    vault.put("secret/shop/db", {"user": "shop"})
    with pytest.raises(SecretNotFound):
        read(vault.variables())
    vault.put("secret/shop/db", None)
    with pytest.raises(SecretNotFound):
        read(vault.variables())


def test_sealed_vault_is_unavailable(vault: Vault) -> None:
    vault.sealed = True
    with pytest.raises(SecretUnavailable, match="503"):
        read(vault.variables())


def test_certificate_is_checked(tmp_path: Path) -> None:
    authority = Authority()
    authority.issue("vault").write(tmp_path / "tls.crt", tmp_path / "tls.key")
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    (tmp_path / "other.pem").write_bytes(Authority("somebody else").pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "tls.crt", tmp_path / "tls.key")
    with vault_server(context) as vault:
        vault.put("secret/shop/db", {"password": "one"})
        for trusted in ({}, {"VAULT_CACERT": str(tmp_path / "other.pem")}):
            with pytest.raises(SecretUnavailable):
                read({**vault.variables(), **trusted})
        assert vault.reads == 0

        assert read({**vault.variables(), "VAULT_CACERT": str(tmp_path / "ca.pem")}) == "one"


def test_token_does_not_go_to_a_proxy_in_plain_text(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.put("secret/shop/db", {"password": "one"})
    monkeypatch.setenv("http_proxy", f"http://{nobody()}")
    monkeypatch.delenv("no_proxy", raising=False)

    assert read(vault.variables()) == "one"


def test_token_goes_nowhere_else(vault: Vault) -> None:
    with vault_server() as other:
        vault.redirect = f"{other.address}/v1/secret/data/shop/db"
        with pytest.raises(SecretUnavailable, match="307"):
            read(vault.variables())

        assert other.reads == 0

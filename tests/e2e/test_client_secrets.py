"""Secrets behind settings of a real server."""

import queue
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.support.engines.moto import Account, MotoServer
from tests.support.server import PATIENCE, server_thread
from tests.support.shop import Shop
from vexil.client import Client
from vexil.client.secrets import Policy, Resolver, Secret, SecretDenied, Secrets
from vexil.core.value import SecretReference

MARKER = "hunter2-marker"


@pytest.fixture
def account(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An AWS account whose credentials are this process's."""
    account = moto_server.account()
    for name, value in account.variables().items():
        monkeypatch.setenv(name, value)
    return account


def test_rotation_reaches_a_program_that_never_waits(target: str, shop: Shop, account: Account) -> None:
    """Many readers during a rotation: each read is answered, and none goes back to the old one."""
    session: Any = account.session()
    with closing(session.client("secretsmanager", endpoint_url=account.endpoint)) as manager:
        shop.set(db_password=SecretReference(manager.create_secret(Name="db", SecretString="1")["ARN"]))
        told: queue.Queue[Secret] = queue.Queue()
        read: list[list[str]] = [[] for _ in range(4)]
        end = threading.Event()
        with (
            Client(target, namespace=shop.name, environment="prod") as client,
            closing(Resolver(Policy(ttl=0.5))) as resolver,
            Secrets(client, resolver) as secrets,
        ):

            def reading(into: list[str]) -> None:
                while not end.wait(0.002):
                    into.append(secrets.get("db.password").text)

            secrets.watch("db.password", told.put)
            assert told.get(timeout=PATIENCE).text == "1"
            readers = [threading.Thread(target=reading, args=(into,)) for into in read]
            for reader in readers:
                reader.start()
            try:
                for version in ("2", "3", "4"):
                    manager.put_secret_value(SecretId="db", SecretString=version)
                    assert told.get(timeout=PATIENCE).text == version
            finally:
                end.set()
                for reader in readers:
                    reader.join(PATIENCE)

    assert all(seen and seen == sorted(seen) for seen in read)


def test_setting_that_comes_to_refer_to_another_secret_is_told(
    target: str, shop: Shop, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
    shop.set(db_password=SecretReference(f"file:{tmp_path}/one"))
    told: queue.Queue[Secret] = queue.Queue()
    with (
        Client(target, namespace=shop.name, environment="prod") as client,
        Secrets(client) as secrets,
    ):
        secrets.watch("db.password", told.put)
        assert told.get(timeout=PATIENCE).text == "one"
        shop.set(db_password=SecretReference(f"file:{tmp_path}/two"))
        assert told.get(timeout=PATIENCE).text == "two"


def test_secret_is_nowhere_but_where_it_is_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the store, not in the client's saved state, not in what is logged or printed."""
    place, work = tmp_path / "kept", tmp_path / "work"
    work.mkdir()
    place.write_text(MARKER)
    with (
        caplog.at_level("DEBUG"),
        server_thread(store=work / "vexil.db") as server,
        Shop(server.target) as shop,
    ):
        shop.create()
        shop.set(db_password=SecretReference(f"file:{place}"), cart_max=10)
        with (
            Client(server.target, namespace="shop", environment="prod", cache_path=work / "state") as client,
            Secrets(client) as secrets,
        ):
            assert secrets.get("db.password").text == MARKER
            shown = repr((client.explain("db.password"), client.view, secrets))
    out, err = capfd.readouterr()
    written = {file.name: file.read_bytes() for file in work.rglob("*") if file.is_file()}

    assert b"db.password" in written["state"]
    assert [name for name, content in written.items() if MARKER.encode() in content] == []
    assert MARKER not in caplog.text + out + err + shown


def test_reader_refuses_what_it_is_not_for(
    target: str, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may write settings does not get to read this machine's files through a program."""
    (tmp_path / "other").write_text(MARKER)
    monkeypatch.setenv("VEXIL_SECRETS_ALLOWED", "file:/run/secrets/,env:SHOP_")
    shop.set(a=SecretReference(f"file:{tmp_path}/other"), c=SecretReference("env:PATH"))
    with pytest.raises(grpc.RpcError, match=r"'\.\.' in its path"):
        shop.set(b=SecretReference(f"file:/run/secrets/..{tmp_path}/other"))
    with (
        Client(target, namespace=shop.name, environment="prod") as client,
        Secrets(client) as secrets,
    ):
        for key in ("a", "c"):
            with pytest.raises(SecretDenied):
                secrets.get(key)


_WITHOUT_BOTO3 = """
import sys
sys.modules["boto3"] = None
from vexil.secrets import Resolver, SecretError, SecretReference
try:
    Resolver().resolve(SecretReference("ssm:/db"))
except SecretError as error:
    print(error.code.name, error)
"""


def test_program_without_boto3_is_told_what_to_install() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _WITHOUT_BOTO3], capture_output=True, text=True, timeout=60, check=True
    )

    assert ended.stdout.startswith("FAILED_PRECONDITION boto3 is not installed")
    assert "vexil[aws]" in ended.stdout

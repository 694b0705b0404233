"""A service key that is rotated under programs and functions that run on."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.cli import Cli
from tests.support.any_client import AnyClientFactory
from tests.support.bridges import PATIENT
from tests.support.certificates import Authority
from tests.support.contact_centre import event
from tests.support.server import PATIENCE, server_process
from vexil.bridge.bridge import Bridge
from vexil.bridge.settings import Settings
from vexil.client import BackoffPolicy, Change, ClientState, Tls
from vexil.core.errors import Unauthenticated

QUICK = BackoffPolicy(floor=0.01, initial=0.05, maximum=0.2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's files are."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def admin(place: Path, compiled: dict[str, str]) -> Iterator[Cli]:
    """Someone with the first key of a server that has TLS and asks who calls."""
    authority = Authority()
    authority.issue("server").write(place / "server.pem", place / "server.key")
    (place / "ca.pem").write_bytes(authority.pem)
    store = f"sqlite:{place / 'store.db'}"
    variables = {**compiled, "VEXIL_TLS_CA_FILE": str(place / "ca.pem")}
    key = Cli("", place, "shop", variables=variables)("access", "init", "--store", store).out.strip()
    with server_process(
        store,
        authentication="required",
        cert_file=place / "server.pem",
        key_file=place / "server.key",
    ) as server:
        cli = Cli(server.target, place, "shop", variables={**variables, "VEXIL_TOKEN": key})
        cli("namespace", "create", "shop", "--with-environment", "prod")
        cli("set", "timeout", "5")
        yield cli


def new_key(admin: Cli) -> str:
    """A key that may read the shop."""
    return admin("access", "key", "create", "--role", "client", "--in-namespace", "shop").out.strip()


def key_id(key: str) -> str:
    """What a key is called."""
    return key.split("_")[1]


def test_program_goes_on_with_the_new_key_when_the_old_one_is_revoked(
    make: AnyClientFactory, admin: Cli, place: Path, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    old, new = new_key(admin), new_key(admin)
    file.write_text(old)
    tls = Tls(place / "ca.pem")
    client = make(
        admin.target, namespace="shop", environment="prod", tls=tls, token_from=f"file:{file}", backoff=QUICK
    )
    assert client.connect() is ClientState.READY
    before = client.reads.get_int("timeout", 0)
    told: queue.Queue[Change] = queue.Queue()
    client.watch("timeout", told.put)
    file.write_text(f"{new}\n")
    admin("access", "key", "revoke", key_id(old), "--yes")
    admin("set", "timeout", str(before + 1))

    while told.get(timeout=PATIENCE).new_value != before + 1:
        pass
    assert client.reads.get_int("timeout", 0) == before + 1


def test_program_without_its_key_is_told_so(
    make: AnyClientFactory, admin: Cli, place: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tls = Tls(place / "ca.pem")
    kept = f"file:{tmp_path}/nothing"
    client = make(admin.target, namespace="shop", environment="prod", tls=tls, token_from=kept)
    with pytest.raises(Unauthenticated):
        client.connect()

    assert "calls go without a token" in caplog.text


def test_function_answers_with_the_new_key(admin: Cli, place: Path, tmp_path: Path) -> None:
    file = tmp_path / "key"
    old, new = new_key(admin), new_key(admin)
    file.write_text(old)
    settings = Settings(
        admin.target,
        "shop",
        "prod",
        authorities=(place / "ca.pem").read_bytes(),
        key_from=f"file:{file}",
        **PATIENT,
    )
    asked = event(operation="evaluate", flag="timeout")
    bridge = Bridge(settings)
    try:
        assert bridge.handle(asked)["source"] == "live"
        file.write_text(new)
        admin("access", "key", "revoke", key_id(old), "--yes")
        answers = [bridge.handle(asked)]
        pause = threading.Event()
        while answers[-1]["source"] != "live" and len(answers) < 1000:
            pause.wait(0.01)
            answers.append(bridge.handle(asked))
    finally:
        bridge.close()

    # It learns of the revocation by an answer, and answers from memory until it has the new key.
    assert answers[-1]["source"] == "live"
    assert {answer["success"] for answer in answers} == {"true"}

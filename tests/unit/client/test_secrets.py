"""The secrets behind a client's settings."""

import gc
import logging
import queue
from collections.abc import Iterator

import pytest

from tests.unit.secrets.keeping import Memory, Moment, resolver_of
from vexil.client.secrets import Policy, Resolver, Secret, SecretNotFound, Secrets, SecretUnavailable
from vexil.client.testing import InMemoryClient
from vexil.core.value import SecretReference

ONE, TWO = SecretReference("vault:secret/one"), SecretReference("vault:secret/two")


@pytest.fixture
def memory() -> Memory:
    return Memory({"secret/one": "1", "secret/two": "2"})


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def settings() -> InMemoryClient:
    return InMemoryClient({"db.password": ONE, "db.host": "db.internal"})


@pytest.fixture
def secrets(settings: InMemoryClient, memory: Memory, moment: Moment) -> Iterator[Secrets]:
    with Secrets(settings, resolver_of(memory, moment)) as secrets:
        yield secrets


def test_secret_behind_a_setting_is_given(secrets: Secrets, memory: Memory) -> None:
    assert [secrets.get("db.password").text for _ in range(3)] == ["1"] * 3
    assert memory.fetched == 1


@pytest.mark.parametrize("key", ["db.host", "nothing"])
def test_setting_that_refers_to_none_is_told(secrets: Secrets, key: str) -> None:
    with pytest.raises(SecretNotFound, match=key):
        secrets.get(key)


def test_setting_that_refers_to_another_counts_at_once(secrets: Secrets, settings: InMemoryClient) -> None:
    assert secrets.get("db.password").text == "1"
    settings.set("db.password", TWO)

    assert secrets.get("db.password").text == "2"


def test_refused_secret_is_fetched_again(secrets: Secrets, memory: Memory, moment: Moment) -> None:
    secrets.get("db.password")
    memory.secrets["secret/one"] = "rotated"
    moment.now += 2
    secrets.refused("db.password")

    assert secrets.get("db.password").text == "rotated"


def test_watch_tells_the_secret_its_rotation_and_another(
    secrets: Secrets, settings: InMemoryClient, memory: Memory, moment: Moment
) -> None:
    told: queue.Queue[Secret] = queue.Queue()
    with secrets.watch("db.password", told.put):
        assert told.get(timeout=30).text == "1"
        memory.secrets["secret/one"] = "rotated"
        moment.now += 240
        settings.set("db.host", "elsewhere")
        secrets.refused("db.password")
        assert told.get(timeout=30).text == "rotated"
        settings.set("db.password", TWO)
        assert told.get(timeout=30).text == "2"
    settings.set("db.password", ONE)
    secrets.get("db.password")
    secrets.close()

    assert told.empty()


def test_watch_waits_for_a_secret_that_is_not_there_yet(secrets: Secrets, settings: InMemoryClient) -> None:
    told: queue.Queue[Secret] = queue.Queue()
    secrets.watch("mail.password", told.put)
    settings.set("mail.password", TWO)

    assert told.get(timeout=30).text == "2"


def test_rotation_is_told_to_who_only_watches(settings: InMemoryClient, memory: Memory) -> None:
    told: queue.Queue[Secret] = queue.Queue()
    resolver = Resolver(Policy(ttl=0.1), lambda _keeper: memory)
    with Secrets(settings, resolver) as secrets:
        secrets.watch("db.password", told.put)
        assert told.get(timeout=30).text == "1"
        memory.secrets["secret/one"] = "rotated"
        assert told.get(timeout=30).text == "rotated"


def test_thread_ends_with_who_forgot_to_close(
    settings: InMemoryClient, memory: Memory, moment: Moment
) -> None:
    secrets = Secrets(settings, resolver_of(memory, moment))
    secrets.watch("db.password", print)
    thread = secrets._renewal._thread
    assert thread is not None
    del secrets
    gc.collect()
    thread.join(30)

    assert not thread.is_alive()


def test_callback_that_fails_ends_nothing(
    secrets: Secrets, settings: InMemoryClient, caplog: pytest.LogCaptureFixture
) -> None:
    told: queue.Queue[Secret] = queue.Queue()

    def fail(secret: Secret) -> None:
        told.put(secret)
        raise RuntimeError("no")

    secrets.watch("db.password", fail)
    assert told.get(timeout=30).text == "1"
    settings.set("db.password", TWO)
    assert told.get(timeout=30).text == "2"
    secrets.close()

    assert caplog.records[0].name == "vexil.client"


def test_outage_is_told(secrets: Secrets, memory: Memory) -> None:
    memory.failure = SecretUnavailable("away")
    with pytest.raises(SecretUnavailable, match="away"):
        secrets.get("db.password")


def test_secret_is_in_no_log(
    settings: InMemoryClient, memory: Memory, moment: Moment, caplog: pytest.LogCaptureFixture
) -> None:
    memory.secrets["secret/one"] = "hunter2-marker"
    with caplog.at_level(logging.DEBUG), Secrets(settings, resolver_of(memory, moment)) as secrets:
        told: queue.Queue[Secret] = queue.Queue()
        secrets.watch("db.password", told.put)
        told.get(timeout=30)
        memory.failure = SecretUnavailable("away")
        moment.now += 240
        secrets.refused("db.password")
        logging.getLogger("test").warning("%r %s", secrets, secrets.get("db.password"))

    assert "hunter2-marker" not in caplog.text


def test_client_gets_the_secrets_of_its_machine_by_default(
    settings: InMemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "pw")
    monkeypatch.setenv("VEXIL_SECRETS_ALLOWED", "env:SHOP_")
    settings.set("db.password", SecretReference("env:SHOP_PASSWORD"))
    with Secrets(settings) as secrets:
        assert secrets.get("db.password").text == "pw"

"""The function's own credentials, kept elsewhere."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from tests.support.bridges import HURRIED, PATIENT, bridge_to, refusing_server, slow_redis
from tests.support.contact_centre import event
from tests.unit.secrets.keeping import DB, Memory, Moment, resolver_of
from tests.unit.secrets.slow import Slow
from vexil.bridge.bridge import Bridge
from vexil.bridge.calls import Calls
from vexil.bridge.credential import Credential
from vexil.bridge.redis.address import RedisAddress
from vexil.bridge.redis.password import connecting
from vexil.bridge.redis.protocol import ProtocolError
from vexil.bridge.settings import Settings
from vexil.secrets import SecretUnavailable, SecretUnusable

ASK = event(operation="get", key="x", **{"default.value": "the flow's own"})


@contextmanager
def bridge_with(target: str, key: Credential) -> Iterator[Bridge]:
    settings = Settings(target, "contact-centre", "prod", plaintext=True, **PATIENT)
    bridge = Bridge(settings, Calls(settings, key=key))
    try:
        yield bridge
    finally:
        bridge.close()


def test_key_is_fetched_and_sent(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("vxk_one\n")
    with (
        refusing_server(grpc.StatusCode.NOT_FOUND) as (target, seen),
        bridge_to(target, key_from=f"file:{tmp_path}/key") as bridge,
    ):
        bridge.handle(ASK)

    assert seen.metadata["authorization"] == "Bearer vxk_one"


def test_refused_key_is_fetched_again() -> None:
    memory, moment = Memory({"secret/db": "vxk_one"}), Moment()
    key = Credential(DB.uri, resolver_of(memory, moment), moment)
    with (
        refusing_server(grpc.StatusCode.UNAUTHENTICATED) as (target, seen),
        bridge_with(target, key) as bridge,
    ):
        bridge.handle(ASK)
        memory.secrets["secret/db"] = "vxk_two"
        moment.now += 2
        refused = bridge.handle(ASK)
        assert seen.metadata["authorization"] == "Bearer vxk_one"
        bridge.handle(ASK)

        assert seen.metadata["authorization"] == "Bearer vxk_two"
    assert (refused["source"], refused["cause"]) == ("default", "UNAUTHENTICATED")


def test_key_that_gets_old_is_fetched_beside_the_callers() -> None:
    memory, moment = Memory({"secret/db": "vxk_one"}), Moment()
    resolver = resolver_of(memory, moment)
    key = Credential(DB.uri, resolver, moment)
    assert key.within(30) == "vxk_one"
    memory.secrets["secret/db"] = "vxk_two"
    moment.now += 240
    assert key.within(0) == "vxk_one"
    # Its thread does one thing after the other.
    key.refused()
    moment.now += 300

    assert key.within(30) == "vxk_two"
    key.close()


def test_old_key_is_sent_while_the_new_one_takes_long() -> None:
    slow, moment = Slow(), Moment()
    slow.go_on.set()
    key = Credential(DB.uri, resolver_of(slow, moment), moment)
    assert key.within(30) == "one"
    slow.go_on.clear()
    moment.now += 300

    assert key.within(0) == "one"
    slow.go_on.set()
    key.close()


def test_key_that_does_not_come_in_time_is_told() -> None:
    slow = Slow()
    key = Credential(DB.uri, resolver_of(slow, Moment()))
    with pytest.raises(SecretUnavailable, match="in time"):
        key.within(0)
    slow.go_on.set()
    key.close()


@pytest.mark.parametrize("content", ["", "two\nlines-marker", "schlüssel-marker"])
def test_key_that_can_not_be_sent_is_told_and_not_quoted(content: str) -> None:
    key = Credential(DB.uri, resolver_of(Memory({"secret/db": content}), Moment()))
    with pytest.raises(SecretUnusable) as raised:
        key.within(30)
    assert "marker" not in raised.value.message
    key.close()


def test_flow_is_answered_without_a_key() -> None:
    with refusing_server(grpc.StatusCode.NOT_FOUND) as (target, seen):
        with bridge_to(target, key_from="file:/nowhere/key", **HURRIED) as bridge:
            bridge.warm_up()
            response = bridge.handle(ASK)

        assert seen.calls == 0
    assert (response["source"], response["cause"]) == ("default", "UNAUTHENTICATED")


def test_password_of_redis_is_fetched_for_each_connection() -> None:
    memory, moment = Memory({"secret/db": "one"}), Moment()
    password = Credential(DB.uri, resolver_of(memory, moment), moment)
    asked: queue.Queue[bytes] = queue.Queue()

    def answer(said: bytes) -> bytes:
        asked.put(said)
        if b"AUTH" in said:
            return b"+OK\r\n" if b"two" in said else b"-WRONGPASS invalid password\r\n"
        return b"+PONG\r\n"

    with slow_redis(answer) as url:
        connect = connecting(RedisAddress.of(url), password)
        with pytest.raises(ProtocolError):
            connect(30.0)
        memory.secrets["secret/db"] = "two"
        moment.now += 2
        with pytest.raises(ProtocolError):
            connect(30.0)
        connect(30.0).close()
    password.close()

    assert b"AUTH" in asked.get(timeout=30)

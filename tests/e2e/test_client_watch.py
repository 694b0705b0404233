"""Both clients and a real server in a process of its own."""

import queue
from pathlib import Path

import pytest

from tests.support.any_client import AnyClientFactory
from tests.support.server import PATIENCE, server_process
from tests.support.shop import Shop
from vexil.client import (
    BackoffPolicy,
    Change,
    ClientState,
    EvaluationReason,
    Kind,
    Reason,
    Selector,
    Subscriber,
)
from vexil.client.replica.events import Event, StateBegin
from vexil.client.rpc import watching
from vexil.core.errors import NotFound
from vexil.core.view import View
from vexil.v1.watch_pb2 import WatchResponse

QUICK = BackoffPolicy(floor=0.01, initial=0.05, maximum=0.2)


@pytest.fixture
def full_states(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Every full state that clients of this process are sent, as it begins."""
    begun: list[Event] = []
    decode = watching._event

    def record(response: WatchResponse) -> Event:
        event = decode(response)
        if isinstance(event, StateBegin):
            begun.append(event)
        return event

    monkeypatch.setattr(watching, "_event", record)
    return begun


def test_change_made_elsewhere_is_seen(make: AnyClientFactory, shop: Shop, target: str) -> None:
    shop.set(cart_max=10, cart_currency="EUR")
    client = make(target, namespace=shop.name, environment="prod")
    assert client.connect() is ClientState.READY
    told: queue.Queue[Change] = queue.Queue()
    client.watch("cart.*", told.put)
    revision = shop.set(cart_max=20, other=1)
    change = told.get(timeout=PATIENCE)
    assert (change.key, change.old_value, change.new_value, change.revision) == ("cart.max", 10, 20, revision)
    assert client.reads.get_int("cart.max", 0) == 20
    assert client.reads.revision == revision


def test_change_of_a_parent_environment_is_a_change(make: AnyClientFactory, shop: Shop, target: str) -> None:
    shop.set("base", cart_max=10)
    client = make(target, namespace=shop.name, environment="prod")
    told: queue.Queue[Change] = queue.Queue()
    client.connect()
    client.watch("cart.max", told.put)
    assert client.reads.evaluate("cart.max").environment == "base"
    shop.set("base", cart_max=11)
    assert told.get(timeout=PATIENCE).new_value == 11
    shop.set("prod", cart_max=99)
    assert told.get(timeout=PATIENCE).new_value == 99
    assert client.reads.evaluate("cart.max").environment == "prod"
    shop.set("prod", cart_max=None)
    assert told.get(timeout=PATIENCE).new_value == 11
    shop.set("base", cart_max=None)
    assert told.get(timeout=PATIENCE).after is None
    assert client.reads.get("cart.max", "default") == "default"


def test_commit_is_never_seen_in_half(make: AnyClientFactory, shop: Shop, target: str) -> None:
    """Two settings that every commit writes alike are alike in every state that is ever shown."""
    seen: queue.Queue[tuple[int, int]] = queue.Queue()

    def record(view: View) -> None:
        seen.put((view.evaluate("a").value, view.evaluate("b").value))

    shop.set(a=0, b=0)
    client = make(target, namespace=shop.name, environment="prod", accept=record)
    client.connect()
    for n in range(1, 30):
        shop.set(a=n, b=n)
    while (pair := seen.get(timeout=PATIENCE)) != (29, 29):
        assert pair[0] == pair[1]


def test_large_state_and_large_commit_arrive_whole(make: AnyClientFactory, shop: Shop, target: str) -> None:
    text = "x" * 1000
    for start in range(0, 6000, 2000):
        shop.set(**{f"key_{n}": text for n in range(start, start + 2000)})
    client = make(target, namespace=shop.name, environment="prod")
    client.connect(PATIENCE)
    view = client.reads.view
    assert view is not None
    assert len(view.settings) == 6000
    told: queue.Queue[Change] = queue.Queue()
    client.watch("key.*", told.put)
    revision = shop.set(**{f"key_{n}": f"{text}!" for n in range(6000)})
    changes = [told.get(timeout=PATIENCE) for _ in range(6000)]
    assert {change.revision for change in changes} == {revision}
    assert len({change.key for change in changes}) == 6000


def test_only_what_is_selected_is_held(make: AnyClientFactory, shop: Shop, target: str) -> None:
    shop.set(cart_max=1, mail_sender="me")
    mine = (Selector(kind=Kind.SETTING, prefix="cart."),)
    client = make(target, namespace=shop.name, environment="prod", selectors=mine)
    client.connect()
    assert client.reads.get("cart.max") == 1
    assert client.reads.get("mail.sender") is None


def test_environment_that_is_not_there_is_said_at_once(
    make: AnyClientFactory, shop: Shop, target: str
) -> None:
    client = make(target, namespace=shop.name, environment="nowhere")
    with pytest.raises(NotFound) as raised:
        client.connect(PATIENCE)
    assert raised.value.reason is Reason.ENVIRONMENT_NOT_FOUND


def test_convergence_knows_who_applied_and_who_refused(
    make: AnyClientFactory, shop: Shop, target: str
) -> None:
    def refuse_large(view: View) -> None:
        if view.evaluate("a").value > 10:
            raise ValueError("a is too large")

    applied = shop.set(a=1)
    careful = Subscriber("checkout", "careful")
    client = make(target, namespace=shop.name, environment="prod", subscriber=careful, accept=refuse_large)
    client.connect()
    shop.until_subscriber("careful", lambda status: status.applied_revision == applied)
    refused = shop.set(a=11)
    status = shop.until_subscriber("careful", lambda status: status.rejection.revision == refused)
    assert (status.applied_revision, status.rejection.reason) == (applied, "ValueError: a is too large")
    assert client.reads.get("a") == 1
    healed = shop.set(a=2)
    shop.until_subscriber("careful", lambda status: status.applied_revision == healed)
    assert client.reads.get("a") == 2


def test_restarted_server_is_resumed_from_without_a_full_state(
    make: AnyClientFactory, tmp_path: Path, full_states: list[Event]
) -> None:
    store = tmp_path / "vexil.db"
    told: queue.Queue[Change] = queue.Queue()
    with server_process(store) as first:
        target = first.target
        with Shop(target) as shop:
            shop.create()
            shop.set(a=1)
            client = make(target, namespace="shop", environment="prod", backoff=QUICK)
            client.connect()
            client.watch("a", told.put)
            shop.set(a=2)
            assert told.get(timeout=PATIENCE).new_value == 2
            first.kill()
    assert client.reads.get("a") == 2
    with server_process(store, listen=target) as second:
        second.wait_for("serving")
        with Shop(target) as shop:
            shop.set(a=3)
        change = told.get(timeout=PATIENCE)
    assert (change.old_value, change.new_value) == (2, 3)
    assert len(full_states) == 1


def test_draining_server_sends_its_clients_to_the_next(
    make: AnyClientFactory, tmp_path: Path, full_states: list[Event]
) -> None:
    store = tmp_path / "vexil.db"
    with server_process(store) as first:
        target = first.target
        with Shop(target) as shop:
            shop.create()
            shop.set(a=1)
            client = make(target, namespace="shop", environment="prod", backoff=QUICK)
            client.connect()
        assert first.terminate() == 0
    with server_process(store, listen=target) as second:
        second.wait_for("serving")
        told: queue.Queue[Change] = queue.Queue()
        client.watch("a", told.put)
        with Shop(target) as shop:
            shop.set(a=2)
        assert told.get(timeout=PATIENCE).new_value == 2
    assert len(full_states) == 1


def test_client_that_starts_first_gets_ready_with_the_server(make: AnyClientFactory) -> None:
    with server_process() as probe:
        target = probe.target
    client = make(target, namespace="shop", environment="prod", backoff=QUICK)
    client.start()
    assert client.reads.get("a", "default") == "default"
    with server_process(listen=target) as server:
        server.wait_for("serving")
        with Shop(target) as shop:
            shop.create()
            shop.set(a=1)
        told: queue.Queue[Change] = queue.Queue()
        client.watch("a", told.put)
        assert client.wait_ready(PATIENCE)
        assert client.reads.get("a") == 1 or told.get(timeout=PATIENCE).new_value == 1


def test_saved_state_serves_until_the_server_is_back(
    make: AnyClientFactory, tmp_path: Path, full_states: list[Event]
) -> None:
    store, cache = tmp_path / "vexil.db", tmp_path / "cache"
    with server_process(store) as server:
        target = server.target
        with Shop(target) as shop:
            shop.create()
            shop.set(a=1)
        earlier = make(target, namespace="shop", environment="prod", cache_path=cache)
        earlier.connect()
        earlier.close()
    client = make(target, namespace="shop", environment="prod", cache_path=cache, backoff=QUICK)
    assert client.connect(0.2) is ClientState.STALE
    evaluation = client.reads.evaluate("a")
    assert (evaluation.value, evaluation.reason) == (1, EvaluationReason.STALE)
    with server_process(store, listen=target) as server:
        server.wait_for("serving")
        assert client.wait_ready(PATIENCE)
        assert client.reads.evaluate("a").reason is EvaluationReason.STATIC
    assert len(full_states) == 1

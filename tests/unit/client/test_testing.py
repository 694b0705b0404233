import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest

from vexil.client import AsyncClient, Change, Client, ClientState, EvaluationContext
from vexil.client.testing import InMemoryAsyncClient, InMemoryClient
from vexil.core.errors import InvalidRequest, NotFound
from vexil.core.setting import Match, Operator, Rule, Segment, SegmentMatch, Setting
from vexil.core.value import Value

FILES = """
namespace: shop
environments:
  base: {}
  prod:
    parent: base
---
namespace: shop
environment: base
settings:
  cart.max: 10
  cart.currency: EUR
---
namespace: shop
environment: prod
settings:
  cart.max: 20
"""


@pytest.mark.parametrize(("fake", "real"), [(InMemoryClient, Client), (InMemoryAsyncClient, AsyncClient)])
def test_client_for_tests_offers_all_that_the_real_one_does(fake: type, real: type) -> None:
    for name, member in inspect.getmembers(real):
        if name.startswith("_"):
            continue
        assert hasattr(fake, name), name
        if inspect.isfunction(member):
            assert inspect.signature(getattr(fake, name)) == inspect.signature(member), name
            assert inspect.iscoroutinefunction(getattr(fake, name)) == inspect.iscoroutinefunction(member)


def test_watches_are_called_within_the_change() -> None:
    client = InMemoryClient({"cart.max": 1})
    told: list[Change] = []
    with client.watch("cart.*", told.append):
        client.update({"cart.max": 2, "cart.min": 0, "other": 1})
        client.delete("cart.max")
    client.set("cart.max", 3)
    assert [(each.key, each.old_value, each.new_value) for each in told] == [
        ("cart.max", 1, 2),
        ("cart.min", None, 0),
        ("cart.max", 2, None),
    ]


def test_setting_the_same_value_again_is_a_change_as_on_the_server() -> None:
    client = InMemoryClient({"a": 1})
    told: list[Change] = []
    client.watch("a", told.append)
    client.set("a", 1)
    assert [(each.old_value, each.new_value) for each in told] == [(1, 1)]


def test_deleting_what_is_not_there_changes_nothing() -> None:
    client = InMemoryClient()
    revision = client.revision
    client.delete("a")
    assert client.revision == revision


def test_rules_and_segments_work() -> None:
    client = InMemoryClient()
    staff = Match("mail", Operator.ENDS_WITH, (Value.of_string("@example.com"),))
    client.set_segment("staff", Segment(conditions=(staff,)))
    variants = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
    client.set("beta", Setting(variants=variants, serve="off", rules=(Rule(SegmentMatch(("staff",)), "on"),)))
    assert client.get_bool("beta", False, EvaluationContext("u", {"mail": "ann@example.com"}))
    assert not client.get_bool("beta", True, EvaluationContext("u", {"mail": "ann@example.org"}))


@pytest.mark.parametrize("value", [b"bytes", 2**63, float("nan"), {"a": {1, 2}}, {1: 2}, object()])
def test_value_that_no_setting_can_hold_is_refused(value: Any) -> None:
    client = InMemoryClient({"a": 1})
    with pytest.raises(InvalidRequest, match="a: "):
        client.set("a", value)
    assert client.get("a") == 1


def test_state_can_be_played() -> None:
    states: list[ClientState] = []
    client = InMemoryClient({"a": 1})
    client.watch_state(states.append)
    client.set_state(ClientState.STALE)
    assert client.evaluate("a").reason == "STALE"
    client.set("a", 2)
    assert client.evaluate("a").reason == "STALE"
    client.set_state(ClientState.READY)
    assert client.evaluate("a").reason == "STATIC"
    assert states == [ClientState.STALE, ClientState.READY]


def test_files_give_what_the_environment_inherits(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(FILES)
    client = InMemoryClient.from_files([tmp_path], "prod")
    assert client.get("cart.max") == 20
    assert client.get("cart.currency") == "EUR"
    with pytest.raises(NotFound):
        InMemoryClient.from_files([tmp_path], "qa")


async def test_coroutine_callbacks_run_until_settled() -> None:
    told: list[int] = []

    async def callback(change: Change) -> None:
        await asyncio.sleep(0)
        told.append(change.new_value)

    async with InMemoryAsyncClient() as client:
        client.watch("a", callback)
        client.set("a", 1)
        assert told == []
        await client.settle()
        assert told == [1]


async def test_changes_can_be_iterated_until_the_client_is_closed() -> None:
    client = InMemoryAsyncClient()
    changes = client.changes("a")
    client.set("a", 1)
    client.set("b", 2)
    client.set("a", 3)
    await client.close()
    assert [change.new_value async for change in changes] == [1, 3]

"""Clients that hold nothing, and what they share with those that do."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext as OpenFeatureContext

from tests.support.server import server_thread
from tests.support.shop import Shop
from vexil.client import (
    AsyncRemoteClient,
    Client,
    ErrorCode,
    EvaluationContext,
    EvaluationReason,
    Kind,
    RemoteClient,
)
from vexil.client.openfeature import VexilProvider
from vexil.core.errors import NotFound, Unavailable
from vexil.core.setting import (
    Match,
    Operator,
    Prerequisite,
    Rule,
    Segment,
    SegmentMatch,
    Setting,
    Split,
    Target,
    WeightedVariant,
)
from vexil.core.value import Value

VARIANTS = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
ROLLOUT = Split((WeightedVariant("on", 30), WeightedVariant("off", 70)))
GERMANY = Match("country", Operator.EQUALS, (Value.of_string("de"),))
FLAG = Setting(
    variants=VARIANTS,
    serve=ROLLOUT,
    off_variant="off",
    prerequisites=(Prerequisite("base", ("on",)),),
    targets=(Target("on", ("vip",)),),
    rules=(Rule(SegmentMatch(("staff",)), "on", id="staff"), Rule(GERMANY, "off", id="germany")),
)
STAFF = Segment(
    included=("ann",), conditions=(Match("mail", Operator.ENDS_WITH, (Value.of_string("@example.com"),)),)
)
KEYS = [None, "", "vip", "ann", *(f"user-{n}" for n in range(20))]
ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"country": "de"},
    {"country": "fr", "mail": "x@example.com"},
    {"country": 5},
]
CONTEXTS = [EvaluationContext(key, attributes) for key, attributes in itertools.product(KEYS, ATTRIBUTES)]


@pytest.fixture(scope="module")
def target() -> Iterator[str]:
    with server_thread() as server, Shop(server.target) as shop:
        shop.create()
        shop.set("base", size=3, name="vexil", ratio=0.5, limits={"a": [1, 2]})
        shop.put(Kind.SEGMENT, "staff", STAFF)
        shop.put(Kind.SETTING, "base", Setting(variants=VARIANTS, serve="on"))
        shop.put(Kind.SETTING, "flag", FLAG)
        yield server.target


def test_remote_reads_give_what_the_server_says(target: str) -> None:
    with RemoteClient(target, namespace="shop", environment="prod") as client:
        assert client.get("size") == 3
        assert client.get_string("name", "") == "vexil"
        assert client.get_float("ratio", 0.0) == 0.5
        assert client.get_json("limits") == {"a": [1, 2]}
        assert client.get("missing", "default") == "default"
        assert client.get_typed("size", str, "default") == "default"


async def test_remote_reads_by_asyncio_give_what_the_server_says(target: str) -> None:
    async with AsyncRemoteClient(target, namespace="shop", environment="prod") as client:
        assert await client.get("size") == 3
        assert await client.get_typed("name", str, "") == "vexil"
        assert await client.get("missing", "default") == "default"
        assert (await client.evaluate("missing")).error_code is ErrorCode.FLAG_NOT_FOUND
        assert (await client.explain("flag", EvaluationContext("vip"))).steps


def test_local_and_remote_evaluations_are_the_same(target: str) -> None:
    with (
        Client(target, namespace="shop", environment="prod") as local,
        RemoteClient(target, namespace="shop", environment="prod") as remote,
    ):
        for context in CONTEXTS:
            assert local.evaluate("flag", context) == remote.evaluate("flag", context)
            here, there = local.explain("flag", context), remote.explain("flag", context)
            assert here.evaluation == there.evaluation
            # Details are for people, and on the wire every number is a double.
            assert [(step.path, step.matched, step.bucket) for step in here.steps] == [
                (step.path, step.matched, step.bucket) for step in there.steps
            ]


def test_failed_call_gives_the_default_and_says_why() -> None:
    with RemoteClient("127.0.0.1:1", namespace="shop", environment="prod", call_timeout=1.0) as client:
        assert client.get("size", 7) == 7
        evaluation = client.evaluate("size")
        assert (evaluation.reason, evaluation.error_code) == (
            EvaluationReason.ERROR,
            ErrorCode.PROVIDER_NOT_READY,
        )
        assert "127.0.0.1:1" in evaluation.error_message
        with pytest.raises(Unavailable):
            client.explain("size")


async def test_failed_call_by_asyncio_gives_the_default_and_says_why() -> None:
    async with AsyncRemoteClient(
        "127.0.0.1:1", namespace="shop", environment="prod", call_timeout=1.0
    ) as client:
        assert await client.get("size", 7) == 7
        assert (await client.evaluate("size")).error_code is ErrorCode.PROVIDER_NOT_READY
        with pytest.raises(Unavailable):
            await client.explain("size")


def test_environment_that_is_not_there_gives_the_default(target: str) -> None:
    with RemoteClient(target, namespace="shop", environment="nowhere") as client:
        assert client.get("size", 7) == 7
        assert client.evaluate("size").error_code is ErrorCode.GENERAL
        with pytest.raises(NotFound):
            client.explain("size")


def test_context_that_cannot_be_sent_is_named(target: str) -> None:
    with RemoteClient(target, namespace="shop", environment="prod") as client:
        evaluation = client.evaluate("flag", EvaluationContext("u", {"when": object()}))
        assert evaluation.error_code is ErrorCode.INVALID_CONTEXT
        assert "when" in evaluation.error_message


def test_openfeature_gets_its_values_from_the_server(target: str) -> None:
    api.set_provider_and_wait(VexilProvider(Client(target, namespace="shop", environment="prod")))
    try:
        flags = api.get_client()
        details = flags.get_boolean_details("flag", False, OpenFeatureContext("vip"))
        assert (details.value, details.variant, details.flag_metadata["rule"]) == (True, "on", "targets[0]")
        assert flags.get_integer_value("size", 0) == 3
    finally:
        api.clear_providers()
        api.shutdown()

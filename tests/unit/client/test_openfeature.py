import queue
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import EventDetails, ProviderEvent
from openfeature.exception import ErrorCode, ProviderFatalError, ProviderNotReadyError
from openfeature.flag_evaluation import Reason

from tests.unit.client.making import setting
from tests.unit.client.scripted_server import ScriptedServer, state_responses
from vexil.client import BackoffPolicy, Client, ClientState
from vexil.client.openfeature import VexilProvider
from vexil.client.testing import InMemoryClient
from vexil.core.errors import NotFound
from vexil.core.setting import Match, Operator, Rule, Setting, Split, WeightedVariant
from vexil.core.value import Value

VARIANTS = {"on": Value.of_bool(True), "off": Value.of_bool(False)}


@pytest.fixture
def settings() -> InMemoryClient:
    return InMemoryClient({"bool": True, "string": "x", "int": 3, "double": 1.5, "json": {"a": 1}})


@pytest.fixture
def flags(settings: InMemoryClient) -> Iterator[OpenFeatureClient]:
    api.set_provider_and_wait(VexilProvider(settings))
    try:
        yield api.get_client()
    finally:
        api.clear_providers()


def test_values_of_every_type_arrive(flags: OpenFeatureClient) -> None:
    assert flags.get_boolean_value("bool", False) is True
    assert flags.get_string_value("string", "") == "x"
    assert flags.get_integer_value("int", 0) == 3
    assert flags.get_float_value("double", 0.0) == 1.5
    assert flags.get_object_value("json", {}) == {"a": 1}


async def test_values_of_every_type_arrive_by_asyncio(flags: OpenFeatureClient) -> None:
    assert await flags.get_boolean_value_async("bool", False) is True
    assert await flags.get_string_value_async("string", "") == "x"
    assert await flags.get_integer_value_async("int", 0) == 3
    assert await flags.get_float_value_async("double", 0.0) == 1.5
    assert await flags.get_object_value_async("json", {}) == {"a": 1}


@pytest.mark.parametrize(
    ("flag", "reason", "variant"),
    [
        (Setting(value=Value.of_bool(True)), Reason.STATIC, None),
        (Setting(variants=VARIANTS, serve=Split((WeightedVariant("on", 1),))), Reason.SPLIT, "on"),
        (
            Setting(
                variants=VARIANTS,
                serve="off",
                rules=(Rule(Match("plan", Operator.EQUALS, (Value.of_string("pro"),)), "on"),),
            ),
            Reason.TARGETING_MATCH,
            "on",
        ),
        (Setting(variants=VARIANTS, serve="off", enabled=False, off_variant="on"), Reason.DISABLED, "on"),
    ],
)
def test_reason_and_variant_arrive(
    settings: InMemoryClient, flags: OpenFeatureClient, flag: Setting, reason: Reason, variant: str | None
) -> None:
    settings.set("flag", flag)
    details = flags.get_boolean_details("flag", False, EvaluationContext("user-1", {"plan": "pro"}))
    assert (details.value, details.reason, details.variant) == (True, reason, variant)
    assert details.flag_metadata["environment"] == "test"
    assert details.flag_metadata["revision"] == settings.revision


def test_disabled_flag_without_a_value_gives_the_default_and_no_error(
    settings: InMemoryClient, flags: OpenFeatureClient
) -> None:
    settings.set("flag", Setting(variants=VARIANTS, serve="on", enabled=False))
    details = flags.get_boolean_details("flag", True)
    assert (details.value, details.reason, details.error_code) == (True, Reason.DISABLED, None)


@pytest.mark.parametrize(
    ("key", "code"), [("missing", ErrorCode.FLAG_NOT_FOUND), ("string", ErrorCode.TYPE_MISMATCH)]
)
def test_error_gives_the_default_and_its_code(flags: OpenFeatureClient, key: str, code: ErrorCode) -> None:
    details = flags.get_boolean_details(key, True)
    assert (details.value, details.reason, details.error_code) == (True, Reason.ERROR, code)
    assert details.error_message


def test_int_is_not_read_as_a_float(flags: OpenFeatureClient) -> None:
    assert flags.get_float_details("int", 9.0).error_code is ErrorCode.TYPE_MISMATCH


def test_missing_targeting_key_has_its_code(settings: InMemoryClient, flags: OpenFeatureClient) -> None:
    settings.set("flag", Setting(variants=VARIANTS, serve=Split((WeightedVariant("on", 1),))))
    assert flags.get_boolean_details("flag", False).error_code is ErrorCode.TARGETING_KEY_MISSING


def test_times_in_the_context_are_understood(settings: InMemoryClient, flags: OpenFeatureClient) -> None:
    after = Match("joined", Operator.AFTER, (Value.of_string("2026-01-01T00:00:00Z"),))
    settings.set("flag", Setting(variants=VARIANTS, serve="off", rules=(Rule(after, "on"),)))

    def value(joined: datetime) -> bool:
        return flags.get_boolean_value("flag", False, EvaluationContext("u", {"joined": joined}))

    assert value(datetime(2026, 6, 1, tzinfo=UTC))
    assert value(datetime(2026, 6, 1))  # noqa: DTZ001 - a time without a zone counts as UTC
    assert not value(datetime(2025, 6, 1, tzinfo=UTC))


def test_events_tell_changes_and_states(settings: InMemoryClient, flags: OpenFeatureClient) -> None:
    events: queue.Queue[tuple[str, list[str] | None]] = queue.Queue()

    def record(name: str) -> Callable[[EventDetails], None]:
        return lambda details: events.put((name, details.flags_changed))

    flags.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, record("changed"))
    flags.add_handler(ProviderEvent.PROVIDER_STALE, record("stale"))
    flags.add_handler(ProviderEvent.PROVIDER_ERROR, record("error"))
    settings.set("bool", False)
    assert events.get(timeout=10) == ("changed", ["bool"])
    settings.set_state(ClientState.STALE)
    assert events.get(timeout=10) == ("stale", None)
    flags.add_handler(ProviderEvent.PROVIDER_READY, record("ready"))
    settings.set_state(ClientState.READY)
    assert events.get(timeout=10) == ("ready", None)
    settings.close()
    assert events.get(timeout=10) == ("error", None)


def test_stale_answers_say_so(settings: InMemoryClient, flags: OpenFeatureClient) -> None:
    settings.set_state(ClientState.STALE)
    assert flags.get_boolean_details("bool", False).reason == Reason.STALE


def test_shutdown_closes_the_client(settings: InMemoryClient) -> None:
    provider = VexilProvider(settings)
    provider.initialize(EvaluationContext())
    provider.shutdown()
    assert settings.state is ClientState.CLOSED


def test_provider_that_is_not_ready_in_time_becomes_so_later() -> None:
    with ScriptedServer() as server:
        provider = VexilProvider(
            Client(server.target, namespace="shop", environment="prod"), connect_timeout=0.05
        )
        try:
            with pytest.raises(ProviderNotReadyError):
                provider.initialize(EvaluationContext())
            assert provider.resolve_integer_details("a", 7).error_code is ErrorCode.PROVIDER_NOT_READY
            server.accept().send(*state_responses([setting("a", 1)], 1))
            client = provider._client
            assert client.wait_ready(30)
            assert provider.resolve_integer_details("a", 7).value == 1
        finally:
            provider.shutdown()


def test_provider_for_an_environment_that_is_not_there_is_fatal() -> None:
    quick = BackoffPolicy(floor=0.001, initial=0.002, maximum=0.01)
    with ScriptedServer() as server:
        client = Client(server.target, namespace="shop", environment="prod", backoff=quick)
        client.start()
        server.accept().end(NotFound("no environment prod"))
        provider = VexilProvider(client)
        try:
            with pytest.raises(ProviderFatalError):
                provider.initialize(EvaluationContext())
        finally:
            provider.shutdown()

"""The bridge with Redis beside it, in all its states."""

import pytest

from tests.support.bridges import HURRIED, bridge_to, nobody, slow_redis
from tests.support.caches import Reader
from tests.support.contact_centre import ContactCentre, event
from tests.support.engines.redis import RedisServer
from vexil.bridge.cache import ConfigurationCache
from vexil.bridge.redis.address import RedisAddress

RESOLVE = event(operation="resolve", flowId="main-menu")


def connected(url: str) -> ConfigurationCache:
    """A cache whose connection is there already, and which waits for a busy machine."""
    return Reader(url).cache


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    return f"{redis_server.url}/3"


def test_what_one_sandbox_has_put_another_answers_with(
    bridge_target: str, centre: ContactCentre, redis_url: str
) -> None:
    place = {"namespace": centre.name}
    with bridge_to(bridge_target, cache=connected(redis_url), **place) as first:
        assert first.handle(RESOLVE)["source"] == "live"
    with bridge_to(nobody(), cache=connected(redis_url), **place, **HURRIED) as second:
        flow = second.handle(RESOLVE)
        route = second.handle(event({"customer_class": "gold"}, operation="route", routingKey="main"))

    assert (flow["source"], flow["parameters.greeting"]) == ("cache", "Welcome!")
    assert flow["cause"] == "UNAVAILABLE"
    assert (route["source"], route["rule"]) == ("cache", "main/gold")


def test_entry_that_a_commit_has_made_old_does_not_count(
    bridge_target: str, centre: ContactCentre, redis_url: str
) -> None:
    place = {"namespace": centre.name}
    with bridge_to(bridge_target, cache=connected(redis_url), **place) as first:
        before = int(first.handle(RESOLVE)["revision"])
    newest = centre.flow(greeting="We are moving.")
    # What a server does with each commit.
    mark = RedisAddress.of(redis_url).connect(10.0)
    mark.call([(b"ZADD", b"vexil:revisions", b"GT", b"%d" % newest, centre.name.encode())], 10.0)
    mark.close()
    with bridge_to(nobody(), cache=connected(redis_url), **place, **HURRIED) as second:
        response = second.handle(RESOLVE)

    assert newest == before + 1
    assert (response["source"], response["error"]) == ("default", "UNAVAILABLE")


def test_answers_that_depend_on_the_contact_are_not_another_contacts(
    bridge_target: str, centre: ContactCentre, redis_url: str
) -> None:
    asked = event({"customer_class": "gold"}, operation="route", routingKey="main")
    with bridge_to(bridge_target, cache=connected(redis_url), namespace=centre.name) as first:
        assert first.handle(asked)["rule"] == "main/gold"
    with bridge_to(nobody(), cache=connected(redis_url), namespace=centre.name, **HURRIED) as second:
        response = second.handle(event(operation="route", routingKey="main"))

    assert (response["source"], response["rule"]) == ("cache", "main/rest")


@pytest.mark.parametrize("answers", [lambda _: None, lambda _: b"!rubbish\r\n", lambda _: b"-ERR no\r\n"])
def test_redis_that_does_not_answer_is_no_matter(
    bridge_target: str, centre: ContactCentre, answers: object
) -> None:
    with (
        slow_redis(answers) as url,  # type: ignore[arg-type]
        bridge_to(bridge_target, namespace=centre.name, redis=url) as bridge,
    ):
        assert bridge.handle(RESOLVE)["source"] == "live"
        assert bridge.handle(RESOLVE)["source"] == "live"


def test_redis_that_is_down_is_no_matter(bridge_target: str, centre: ContactCentre) -> None:
    with bridge_to(bridge_target, namespace=centre.name, redis=f"redis://{nobody()}") as bridge:
        assert bridge.handle(RESOLVE)["source"] == "live"


@pytest.mark.parametrize("silent", [False, True], ids=["down", "slow"])
def test_redis_and_server_away_leave_the_default(silent: bool) -> None:
    default = event(operation="resolve", flowId="main-menu", default__parameters__greeting="Hello.")
    with slow_redis(lambda _: None) as slow:
        url = slow if silent else f"redis://{nobody()}"
        with bridge_to(nobody(), redis=url, **HURRIED) as bridge:
            nothing, response = bridge.handle(RESOLVE), bridge.handle(default)

    assert (nothing["success"], nothing["error"]) == ("false", "UNAVAILABLE")
    assert (response["source"], response["parameters.greeting"]) == ("default", "Hello.")

"""Every way in which what a bridge needs can fail: there is always an answer in time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.support.bridges import (
    HURRIED,
    black_hole,
    bridge_to,
    hesitant_server,
    nobody,
    proxy_thread,
    refusing_server,
)
from tests.support.certificates import Authority
from tests.support.contact_centre import ContactCentre, contact_centre, event
from tests.support.engines.ports import free_ports
from tests.support.server import server_thread
from vexil.bridge.bridge import Bridge
from vexil.client.rpc import Endpoint, Tls
from vexil.v1.config_service_pb2 import EvaluateResponse
from vexil.v1.evaluation_pb2 import Evaluation
from vexil.v1.value_pb2 import Value

RESOLVE = event(operation="resolve", flowId="main-menu")
WITH_DEFAULT = event(
    operation="resolve", flowId="main-menu", default__parameters__greeting="Hello.", responseType="json"
)


WAITING: dict[str, Any] = {"budget": 6.0, "attempt": 2.0, "hedge_after": 1.0}
"""For what answers first and then no more."""

CONNECT_GIVES_UP = 8.0
"""Seconds (https://docs.aws.amazon.com/connect/latest/adminguide/invoke-lambda-function-block.html)."""


def ask(bridge: Bridge, asked: dict[str, Any] = RESOLVE) -> dict[str, Any]:
    begin = time.monotonic()
    response = bridge.handle(asked)
    assert time.monotonic() - begin < CONNECT_GIVES_UP
    return response


def lost(bridge: Bridge, *causes: str) -> None:
    """Nobody can answer: an error that a flow can branch on, or the flow's own default."""
    nothing, default = ask(bridge), ask(bridge, WITH_DEFAULT)
    assert (nothing["success"], nothing["source"]) == ("false", "default")
    assert nothing["error"] in causes
    assert (default["success"], default["source"], default["reason"]) == (True, "default", "DEFAULT")
    assert default["parameters"] == {"greeting": "Hello."}
    assert default["cause"] in causes


@contextmanager
def met() -> Iterator[Bridge]:
    """A bridge that has had an answer, and whose server has gone since."""
    [port] = free_ports(1)
    with bridge_to(f"127.0.0.1:{port}", **WAITING) as bridge:
        with (
            server_thread(listen=f"127.0.0.1:{port}") as server,
            contact_centre(server.target),
        ):
            assert ask(bridge)["source"] == "live"
        yield bridge


def test_server_that_was_never_there_leaves_the_default() -> None:
    with bridge_to(nobody(), **HURRIED) as bridge:
        lost(bridge, "UNAVAILABLE")


def test_server_that_says_nothing_leaves_the_default() -> None:
    with black_hole() as target, bridge_to(target, **HURRIED) as bridge:
        lost(bridge, "DEADLINE_EXCEEDED", "UNAVAILABLE")


def test_server_that_went_leaves_what_was_held_last() -> None:
    with met() as bridge:
        response = ask(bridge)

    assert (response["success"], response["source"]) == ("true", "stale")
    assert response["parameters.greeting"] == "Welcome!"
    assert response["cause"] == "UNAVAILABLE"


def test_what_was_held_last_answers_for_contacts_that_were_never_asked_about() -> None:
    with met() as bridge:
        gold = ask(bridge, event({"customer_class": "gold"}, operation="route", routingKey="main"))
        others = ask(bridge, event(operation="route", routingKey="main"))
        flag = ask(bridge, event(operation="evaluate", flag="callback.enabled"))

    assert (gold["source"], gold["rule"]) == ("stale", "main/gold")
    assert (others["source"], others["rule"]) == ("stale", "main/rest")
    assert (flag["source"], flag["value"]) == ("stale", "true")


def test_what_was_held_last_says_nothing_of_what_it_lacks() -> None:
    """There may be such a flow by now: so that is the way of a failed call, not the answer "not found"."""
    with met() as bridge:
        response = ask(bridge, event(operation="resolve", flowId="night-menu"))

    assert (response["error"], response["source"]) == ("UNAVAILABLE", "default")


def test_what_was_disabled_stays_disabled() -> None:
    [port] = free_ports(1)
    with bridge_to(f"127.0.0.1:{port}", **WAITING) as bridge:
        with (
            server_thread(listen=f"127.0.0.1:{port}") as server,
            contact_centre(server.target) as centre,
        ):
            centre.flow(active=False)
            assert ask(bridge)["error"] == "FLOW_DISABLED"
            assert ask(bridge, event(operation="evaluate", flag="callback.enabled"))["source"] == "live"
        response = ask(bridge)

    assert (response["error"], response["source"]) == ("FLOW_DISABLED", "stale")


def test_server_that_comes_back_is_asked_again(tmp_path: Path) -> None:
    [port] = free_ports(1)
    place = {"listen": f"127.0.0.1:{port}", "store": tmp_path / "vexil.db"}
    with bridge_to(f"127.0.0.1:{port}", **WAITING) as bridge:
        with server_thread(**place) as server, contact_centre(server.target):
            assert ask(bridge)["source"] == "live"
        with server_thread(**place):
            # The connection went with the server that drained; the second attempt makes another.
            assert ask(bridge)["source"] == "live"


def test_second_attempt_answers_where_the_first_is_slow() -> None:
    evaluation = Evaluation(key="x", value=Value(bool_value=True), reason="EVALUATION_REASON_STATIC")
    said = EvaluateResponse(revision=7, evaluation=evaluation).SerializeToString()
    with hesitant_server(said) as target, bridge_to(target, hedge_after=0.05) as bridge:
        response = ask(bridge, event(operation="evaluate", flag="x"))

    assert (response["source"], response["value"]) == ("live", "true")


def test_connection_that_dies_unnoticed_is_replaced(centre: ContactCentre, bridge_target: str) -> None:
    """As in a sandbox that was frozen: nothing arrives any more, and nobody has said so."""
    with (
        proxy_thread(bridge_target) as way,
        bridge_to(way.address, namespace=centre.name, **WAITING) as bridge,
    ):
        assert ask(bridge)["source"] == "live"
        way.black_hole()
        silent = ask(bridge)
        way.heal_for_new_connections()
        healed = ask(bridge)

    assert (silent["source"], silent["cause"]) == ("stale", "DEADLINE_EXCEEDED")
    assert healed["source"] == "live"


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.UNIMPLEMENTED,
        grpc.StatusCode.DATA_LOSS,
    ],
)
def test_server_that_is_unwell_leaves_the_default(code: grpc.StatusCode) -> None:
    with refusing_server(code) as (target, _), bridge_to(target) as bridge:
        lost(bridge, code.name)


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.INVALID_ARGUMENT,
    ],
)
def test_server_that_says_no_is_believed_at_once(code: grpc.StatusCode) -> None:
    with refusing_server(code) as (target, seen), bridge_to(target) as bridge:
        response = ask(bridge, WITH_DEFAULT)

    assert (response["success"], response["source"], response["error"]) == (False, "live", code.name)
    assert seen.calls == 1


def test_key_that_has_expired_is_tried_once_and_leaves_the_default() -> None:
    with (
        refusing_server(grpc.StatusCode.UNAUTHENTICATED) as (target, seen),
        bridge_to(target, key="k3y") as bridge,
    ):
        assert ask(bridge)["error"] == "UNAUTHENTICATED"
        assert seen.calls == 1
        assert seen.metadata["authorization"] == "Bearer k3y"


def test_certificate_that_nobody_known_has_signed_leaves_the_default(tmp_path: Path) -> None:
    with _tls_server(tmp_path, Authority()) as (target, _):
        stranger = Authority("somebody else").pem
        with bridge_to(target, plaintext=False, authorities=stranger, **HURRIED) as bridge:
            lost(bridge, "UNAVAILABLE", "DEADLINE_EXCEEDED")


def test_certificate_of_the_function_that_has_expired_leaves_the_default(tmp_path: Path) -> None:
    authority = Authority()
    with _tls_server(tmp_path, authority, mutual=True) as (target, known):
        trusted: dict[str, Any] = {"plaintext": False, "authorities": authority.pem}
        valid, expired = authority.issue("bridge"), authority.issue("bridge", expired=True)
        with bridge_to(target, certificate=valid.certificate, certificate_key=valid.key, **trusted) as bridge:
            assert ask(bridge)["source"] == "live", known
        with bridge_to(
            target, certificate=expired.certificate, certificate_key=expired.key, **trusted, **HURRIED
        ) as bridge:
            lost(bridge, "UNAVAILABLE", "DEADLINE_EXCEEDED")


def test_bucket_that_is_away_does_not_matter(bridge: Bridge) -> None:
    """Where a flow's template is, is known; what is in it, no answer of the bridge needs."""
    response = ask(bridge)

    assert (response["source"], response["template"]) == ("live", "s3://flows/main-menu.json")


def test_time_that_lambda_does_not_leave_is_not_taken(centre: ContactCentre, bridge_target: str) -> None:
    class Late:
        def get_remaining_time_in_millis(self) -> int:
            return 100

    with bridge_to(bridge_target, namespace=centre.name) as bridge:
        response = bridge.handle(WITH_DEFAULT, Late())

    assert (response["source"], response["cause"]) == ("default", "DEADLINE_EXCEEDED")


@contextmanager
def _tls_server(folder: Path, authority: Authority, *, mutual: bool = False) -> Iterator[tuple[str, str]]:
    """A server with a contact centre that speaks TLS."""
    authority.issue("server").write(folder / "tls.crt", folder / "tls.key")
    ca = folder / "ca.crt"
    ca.write_bytes(authority.pem)
    files: dict[str, Any] = {"cert_file": folder / "tls.crt", "key_file": folder / "tls.key"}
    if mutual:
        files["client_ca_file"] = ca
    authority.issue("operator").write(folder / "me.crt", folder / "me.key")
    with server_thread(**files) as server:
        tls = Tls(ca, folder / "me.crt", folder / "me.key")
        with ContactCentre(Endpoint(server.target, tls=tls), "contact-centre") as centre:
            centre.fill()
        yield server.target, centre.name

"""What is said about a credential that is refused: little to its holder, why to those who run the server."""

import asyncio
from datetime import timedelta
from typing import Any

import grpc
import pytest
from structlog.testing import capture_logs

from tests.acceptance.permissions.guarded import House, house
from tests.support.secured import bearer
from vexil.server.access.key_text import KeyText
from vexil.server.settings import TransportName
from vexil.v1 import user_service_pb2 as user_pb
from vexil.v1.access_service_pb2 import WhoAmIRequest

PASSWORD = "staple of 9 horses"
WHO_AM_I = "/vexil.v1.AccessService/WhoAmI"


async def answer(place: House, credential: str) -> tuple[grpc.StatusCode, str, Any]:
    """Everything that the holder of a refused credential is told."""
    method: Any = place.channel.unary_unary(WHO_AM_I)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await method(WhoAmIRequest().SerializeToString(), metadata=bearer(credential), timeout=20)
    trailing = dict(raised.value.trailing_metadata() or ())
    return raised.value.code(), raised.value.details() or "", trailing.get("grpc-status-details-bin")


async def refused_keys(place: House) -> dict[str, str]:
    """Keys that are not accepted, each for a reason of its own, by what the log is to say."""
    office = place.office
    ended = await office.keys.create(
        place.author, [], "", office.backend.time.clock.now() + timedelta(seconds=1)
    )
    rotated = await office.keys.create(place.author, [], "", None)
    await office.keys.rotate(place.author, rotated.id, timedelta(seconds=1))
    revoked = await office.keys.create(place.author, [], "", None)
    await office.keys.revoke(place.author, revoked.id)
    await place.told()
    place.time.advance(2)
    return {
        "a service key that never was, or was revoked": revoked.text,
        f"the service key {ended.id} has expired": ended.text,
        f"the service key {ended.id} has another secret": KeyText.make(ended.id).text,
        f"the service key {rotated.id} was rotated, and the overlap is over": rotated.text,
        "a service key that is malformed": f"{revoked.text[:-1]}G",
    }


async def test_refusals_are_logged_with_a_reason_that_callers_do_not_get(transport: TransportName) -> None:
    async with house(transport) as place:
        credentials = await refused_keys(place)
        with capture_logs() as lines:
            answers = {await answer(place, credential) for credential in credentials.values()}
        [(code, message, details)] = answers
        assert code is grpc.StatusCode.UNAUTHENTICATED
        refusals = [line for line in lines if line["event"] == "access_denied"]
        assert [line["why"] for line in refusals] == list(credentials)
        assert {line["method"] for line in refusals} == {WHO_AM_I}
        for why, credential in credentials.items():
            assert credential not in repr(lines)
            assert why not in message
            assert why.encode() not in details


async def test_repeated_refusals_have_the_same_reason(transport: TransportName) -> None:
    """Also those that are remembered, and not worked out anew."""
    async with house(transport) as place:
        with capture_logs() as lines:
            for _ in range(3):
                await answer(place, "vxk_x")
        whys = [line["why"] for line in lines if line["event"] == "access_denied"]
        assert whys == ["a service key that is malformed"] * 3


async def log_in(place: House, password: str, address: str, name: str = "ada") -> grpc.StatusCode:
    request = user_pb.LogInRequest(name=name, password=password)
    call: Any = place.channel.unary_unary("/vexil.v1.UserService/LogIn")
    try:
        await call(request.SerializeToString(), metadata=(("x-forwarded-for", address),), timeout=20)
    except grpc.aio.AioRpcError as error:
        return error.code()
    return grpc.StatusCode.OK


async def sign_up(place: House) -> None:
    invite = user_pb.InviteUserRequest(name="ada")
    method: Any = place.channel.unary_unary("/vexil.v1.UserService/InviteUser")
    assert place.admin.key is not None
    data = await method(invite.SerializeToString(), metadata=bearer(place.admin.key.text), timeout=20)
    invitation = user_pb.InviteUserResponse.FromString(data).invitation
    request = user_pb.SignUpRequest(name="ada", invitation=invitation, password=PASSWORD)
    join: Any = place.channel.unary_unary("/vexil.v1.UserService/SignUp")
    await join(request.SerializeToString(), metadata=(("x-forwarded-for", "192.0.2.1"),), timeout=20)


async def test_guesses_count_for_the_address_behind_a_trusted_proxy(transport: TransportName) -> None:
    """Or one guesser would keep out all whose calls come through the same proxy."""
    async with house(transport, trusted_proxies="127.0.0.0/8") as place:
        await sign_up(place)
        guesses = [await log_in(place, "wrong", "203.0.113.66") for _ in range(7)]
        assert guesses[:5] == [grpc.StatusCode.UNAUTHENTICATED] * 5
        assert guesses[5:] == [grpc.StatusCode.RESOURCE_EXHAUSTED] * 2
        assert await log_in(place, PASSWORD, "192.0.2.1") is grpc.StatusCode.OK


async def test_guesser_that_writes_other_addresses_into_the_header_is_still_one(
    transport: TransportName,
) -> None:
    async with house(transport) as place:
        await sign_up(place)
        guesses = [await log_in(place, "wrong", f"203.0.113.{index}") for index in range(7)]
        assert grpc.StatusCode.RESOURCE_EXHAUSTED in guesses
    async with house(transport, trusted_proxies="127.0.0.0/8") as place:
        await sign_up(place)
        forged = [await log_in(place, "wrong", f"203.0.113.{index}, 198.51.100.7") for index in range(7)]
        assert forged[5:] == [grpc.StatusCode.RESOURCE_EXHAUSTED] * 2


async def test_addresses_of_one_ipv6_network_are_one_guesser(transport: TransportName) -> None:
    """One subscriber has 2^64 of them."""
    async with house(transport, trusted_proxies="127.0.0.0/8") as place:
        guesses = [await log_in(place, "wrong", f"2001:db8::{index:x}") for index in range(1, 8)]
        assert guesses[5:] == [grpc.StatusCode.RESOURCE_EXHAUSTED] * 2


async def test_names_of_users_can_not_be_found_out(transport: TransportName) -> None:
    async with house(transport) as place:
        await sign_up(place)
        known, unknown = await asyncio.gather(
            log_in(place, "wrong", ""), log_in(place, "wrong", "", name="nobody")
        )
        assert known is unknown is grpc.StatusCode.UNAUTHENTICATED

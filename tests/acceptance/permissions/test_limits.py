"""Rates, where callers are asked who they are."""

import grpc

from tests.acceptance.permissions.guarded import house, refused
from vexil.server.settings import TransportName
from vexil.v1.access_service_pb2 import WhoAmIRequest
from vexil.v1.config_service_pb2 import ListRequest

LIMITED = grpc.StatusCode.RESOURCE_EXHAUSTED
SHOP = ListRequest(namespace="shop", environment="prod")


async def test_a_key_that_is_used_up_leaves_other_keys_their_rate(transport: TransportName) -> None:
    async with house(transport, requests_per_principal=1, burst_seconds=2) as place:
        greedy, modest = await place.caller("client"), await place.caller("client")
        for _ in range(2):
            await greedy.config.list(SHOP)
        assert (await refused(greedy.config.list(SHOP)))[0] is LIMITED
        await modest.config.list(SHOP)
        place.time.advance(1.1)
        await greedy.config.list(SHOP)


async def test_guessing_keys_uses_up_the_address(transport: TransportName) -> None:
    """Who is refused as unknown pays all the same, before the key is looked at."""
    async with house(transport, requests_per_address=1, burst_seconds=5) as place:
        for _ in range(5):
            code, _message = await refused(place.stranger.access.who_am_i(WhoAmIRequest()))
            assert code is grpc.StatusCode.UNAUTHENTICATED
        assert (await refused(place.stranger.access.who_am_i(WhoAmIRequest())))[0] is LIMITED


async def test_unknown_callers_take_no_rate_of_a_principal(transport: TransportName) -> None:
    async with house(transport, requests_per_principal=1, burst_seconds=1) as place:
        for _ in range(3):
            code, _message = await refused(place.stranger.config.list(SHOP))
            assert code is grpc.StatusCode.UNAUTHENTICATED

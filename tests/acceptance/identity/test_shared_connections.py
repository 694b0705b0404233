"""Several callers on one connection, as behind a proxy: what was made of one call is good for no other's."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import grpc.aio
import pytest

from tests.support.secured import Metadata, Secured, bearer, secured
from vexil.server.access.key_text import KeyText
from vexil.server.settings import TransportName
from vexil.v1 import access_service_pb2 as access_pb

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


@pytest.fixture
async def server(transport: TransportName) -> AsyncIterator[Secured]:
    async with secured(transport=transport) as server:
        yield server


async def revoke(server: Secured, id: str) -> None:
    request = access_pb.RevokeServiceKeyRequest(id=id)
    await server.access.revoke_service_key(request, metadata=server.admin, timeout=20)


async def test_keys_that_take_turns_are_each_their_own(server: Secured) -> None:
    one, other = await server.key(), await server.key()
    for _ in range(5):
        assert await server.who(bearer(one.key)) == f"key:{one.summary.id}"
        assert await server.who(bearer(other.key)) == f"key:{other.summary.id}"
    callers = [bearer(one.key), bearer(other.key)] * 50
    names = [f"key:{one.summary.id}", f"key:{other.summary.id}"] * 50
    assert await asyncio.gather(*map(server.who, callers)) == names


async def test_revoked_key_is_refused_on_a_connection_that_knows_it(server: Secured) -> None:
    one, other = await server.key(), await server.key()
    for _ in range(3):
        await server.who(bearer(one.key))
    await revoke(server, one.summary.id)
    assert await server.refused(bearer(one.key)) is UNAUTHENTICATED
    assert await server.who(bearer(other.key)) == f"key:{other.summary.id}"
    assert await server.refused(bearer(one.key)) is UNAUTHENTICATED


async def test_who_shows_something_else_is_not_who_came_before(server: Secured) -> None:
    made = await server.key()
    good = bearer(made.key)
    last = "A" if made.key[-1] != "A" else "B"
    others: list[Metadata] = [
        (),
        (("authorization", ""),),
        bearer(made.key[:-1]),
        bearer(made.key[:-1] + last),
        bearer(KeyText.make(made.summary.id).text),
        good + good,
        (*good, ("authorization", "")),
    ]
    for other in others:
        assert await server.who(good) == f"key:{made.summary.id}"
        assert await server.refused(other) is UNAUTHENTICATED, other


async def test_another_connection_has_to_show_its_own(server: Secured) -> None:
    one, other = await server.key(), await server.key()
    apart = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(server.server.target, options=apart) as channel:
        second = Secured(server.server, KeyText.make(), channel)
        assert await server.who(bearer(one.key)) == f"key:{one.summary.id}"
        assert await second.refused() is UNAUTHENTICATED
        assert await second.who(bearer(other.key)) == f"key:{other.summary.id}"
        assert await server.refused() is UNAUTHENTICATED
        assert await second.who(bearer(one.key)) == f"key:{one.summary.id}"
        await revoke(server, one.summary.id)
        for connection in (server, second):
            assert await connection.refused(bearer(one.key)) is UNAUTHENTICATED

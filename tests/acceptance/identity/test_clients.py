"""A key from the client's options to the server's answer, with and without TLS."""

import asyncio
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.secured import bearer, secured
from vexil.client.rpc import (
    AccessStub,
    AioAccessStub,
    AioConfigStub,
    Endpoint,
    Tls,
    open_aio_channel,
    open_channel,
)
from vexil.core.errors import InvalidRequest
from vexil.server.settings import TransportName
from vexil.v1 import access_service_pb2 as access_pb
from vexil.v1 import watch_pb2 as watch_pb


@pytest.mark.parametrize("with_tls", [False, True])
async def test_token_goes_with_every_call(transport: TransportName, tmp_path: Path, with_tls: bool) -> None:
    files, tls = {}, None
    if with_tls:
        authority = Authority()
        certificate, key, ca = tmp_path / "tls.crt", tmp_path / "tls.key", tmp_path / "ca.pem"
        authority.issue("server").write(certificate, key)
        ca.write_bytes(authority.pem)
        files, tls = {"cert_file": certificate, "key_file": key}, Tls(ca, server_name="localhost")
    async with secured(tls, transport=transport, **files) as server:
        made = await server.key()
        endpoint = Endpoint(server.server.target, tls, made.key)
        async with open_aio_channel(endpoint) as channel:
            answer = await AioAccessStub(channel).who_am_i(access_pb.WhoAmIRequest(), timeout=20)
            assert answer.principal == f"key:{made.summary.id}"
            watch = AioConfigStub(channel).watch(watch_pb.WatchRequest(namespace="shop", environment="prod"))
            with pytest.raises(Exception, match=r"NOT_FOUND|there is no namespace"):
                await anext(aiter(watch))
        assert made.key not in repr(endpoint)
        assert await server.who(bearer(made.key)) == answer.principal


async def test_token_in_threads(transport: TransportName) -> None:
    def ask(endpoint: Endpoint) -> str:
        with open_channel(endpoint) as channel:
            return AccessStub(channel).who_am_i(access_pb.WhoAmIRequest(), timeout=20).principal

    async with secured(transport=transport) as server:
        made = await server.key()
        endpoint = Endpoint(server.server.target, None, made.key)
        assert await asyncio.to_thread(ask, endpoint) == f"key:{made.summary.id}"


def test_token_does_not_travel_readable_to_other_machines() -> None:
    with pytest.raises(InvalidRequest, match="readable"):
        Endpoint("elsewhere.test:7350", None, "vxk_secret")

"""SSRF: who may write an identity provider does not thereby choose what the server connects to."""

import socket
from collections.abc import Iterator
from typing import Any

import grpc.aio
import pytest
from structlog.testing import capture_logs

from tests.support.secured import secured
from vexil.server.settings import TransportName
from vexil.v1 import access_service_pb2 as access_pb


@pytest.fixture
def inner() -> Iterator[socket.socket]:
    """Something on the server's own machine that nobody is to reach through it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.mark.parametrize(
    "place",
    [
        *("127.0.0.1:{port}", "127.1:{port}", "2130706433:{port}", "localhost:{port}", "169.254.169.254"),
        *("0x7f.0.0.1", "[::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a9fe:a9fe]"),
    ],
)
async def test_ssrf_by_the_place_of_a_providers_keys(
    transport: TransportName, inner: socket.socket, place: str
) -> None:
    uri = f"https://{place.format(port=inner.getsockname()[1])}/keys"
    async with secured(transport=transport) as server:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await server.access.put_identity_provider(provider_at(uri), metadata=server.admin, timeout=20)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    with pytest.raises(BlockingIOError):
        inner.accept()


async def test_ssrf_by_a_name_is_refused_when_it_is_looked_up(transport: TransportName) -> None:
    (line,) = await refresh_of(transport, "https://localhost/keys")
    assert "egress_allow" in line["error"]


async def test_place_that_the_operator_listed_is_asked(
    transport: TransportName, inner: socket.socket
) -> None:
    port = inner.getsockname()[1]
    inner.close()
    lines = await refresh_of(transport, f"https://localhost:{port}/keys", egress_allow=f"localhost:{port}")
    (line,) = lines
    assert "refused" in line["error"]  # by the machine: nothing listens there


async def refresh_of(transport: TransportName, jwks_uri: str, **settings: Any) -> list[dict[str, str]]:
    """What the server logs about a provider whose keys are there."""
    with capture_logs() as lines:
        async with secured(transport=transport, **settings) as server:
            await server.access.put_identity_provider(
                provider_at(jwks_uri), metadata=server.admin, timeout=20
            )
            key_sets = server.server.inside.parts.key_sets
            assert key_sets is not None
            await key_sets.refresh()
            while not any("jwks_uri" in line for line in lines):  # the server itself had begun
                await key_sets.refresh()
            request = access_pb.ListIdentityProvidersRequest()
            listed = await server.access.list_identity_providers(request, metadata=server.admin, timeout=20)
            assert listed.identity_providers[0].problem
    return [dict(line) for line in lines if "jwks_uri" in line]


def provider_at(jwks_uri: str) -> access_pb.PutIdentityProviderRequest:
    """Asks to write a provider whose keys are there."""
    request = access_pb.PutIdentityProviderRequest(name="corp")
    provider = request.identity_provider
    provider.issuer, provider.jwks_uri = "https://login.example", jwks_uri
    provider.audiences.append("vexil")
    provider.algorithms.append("ES256")
    provider.skew.seconds = 30
    return request

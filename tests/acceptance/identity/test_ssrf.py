"""SSRF: who may write an identity provider does not thereby choose what the server connects to."""

import socket
from collections.abc import Iterator
from typing import Any

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
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "login.example@127.0.0.1",
    ],
)
async def test_ssrf_by_the_place_of_a_providers_keys(
    transport: TransportName, inner: socket.socket, host: str
) -> None:
    lines = await refresh_of(transport, f"https://{host}:{inner.getsockname()[1]}/keys")
    assert [line["event"] for line in lines] == ["provider_keys_missing"]
    with pytest.raises(BlockingIOError):
        inner.accept()


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[fd00:ec2::254]", "[::1]", "[fe80::1]", "10.0.0.1", "[64:ff9b::a9fe:a9fe]"]
)
async def test_ssrf_to_inner_addresses_on_the_port_of_https(transport: TransportName, host: str) -> None:
    lines = await refresh_of(transport, f"https://{host}/latest/meta-data")
    (line,) = lines
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
    request = access_pb.PutIdentityProviderRequest(name="corp")
    provider = request.identity_provider
    provider.issuer, provider.jwks_uri = "https://login.example", jwks_uri
    provider.audiences.append("vexil")
    provider.algorithms.append("ES256")
    provider.skew.seconds = 30
    with capture_logs() as lines:
        async with secured(transport=transport, **settings) as server:
            await server.access.put_identity_provider(request, metadata=server.admin, timeout=20)
            key_sets = server.server.inside.parts.key_sets
            assert key_sets is not None
            await key_sets.refresh()
            while not any("jwks_uri" in line for line in lines):  # the server itself had begun
                await key_sets.refresh()
    return [dict(line) for line in lines if "jwks_uri" in line]

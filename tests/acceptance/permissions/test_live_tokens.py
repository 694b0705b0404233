"""Streams of callers with a token of an identity provider last no longer than the token, and its word."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.support.clock import ManualClock
from tests.support.issuer import SigningKey, issuer
from tests.support.secured import SHOP, Secured, bearer, secured
from vexil.server.settings import TransportName
from vexil.v1 import access_service_pb2 as access_pb
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import watch_pb2
from vexil.v1.resource_pb2 import Environment

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


@dataclass
class Place:
    """A server that trusts an issuer, and a token of it."""

    server: Secured
    token: str
    time: ManualClock

    async def watching(self) -> Any:
        """A stream of the token's holder that has told its full state."""
        while True:
            request = watch_pb2.WatchRequest(namespace="shop", environment="prod")
            stream = self.server.config.watch(request, metadata=bearer(self.token), timeout=60)
            try:
                while (await stream.read()).WhichOneof("event") != "state_end":
                    pass
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:  # the issuer's keys are on their way
                    raise
            else:
                return stream


@pytest.fixture
async def place(transport: TransportName, tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        published, trusted = stack.enter_context(issuer(tmp_path))
        key, clock = SigningKey("first"), ManualClock()
        now = int(clock.clock.now().timestamp())
        published.keys = [key]
        claims = {"iss": published.url, "aud": "vexil", "sub": "ada", "iat": now, "exp": now + 600}
        settings: dict[str, Any] = {"provider_ca_file": trusted, "egress_allow": "localhost"}
        settings |= {"transport": transport, "clock": clock.clock}
        server = await stack.enter_async_context(secured(**settings))
        namespace = admin_pb.CreateNamespaceRequest(namespace="shop", environments={"prod": Environment()})
        await server.control.create_namespace(namespace, metadata=server.admin, timeout=20)
        provider = access_pb.PutIdentityProviderRequest(name="corp")
        provider.identity_provider.issuer = published.url
        provider.identity_provider.jwks_uri = published.jwks_uri
        provider.identity_provider.audiences.append("vexil")
        provider.identity_provider.algorithms.append("ES256")
        provider.identity_provider.skew.seconds = 30
        await server.access.put_identity_provider(provider, metadata=server.admin, timeout=20)
        binding = access_pb.PutRoleBindingRequest(name="ada")
        binding.role_binding.subject, binding.role_binding.role = "oidc:corp/ada", "client"
        binding.role_binding.scope.CopyFrom(SHOP)
        await server.access.put_role_binding(binding, metadata=server.admin, timeout=20)
        yield Place(server, key.sign(claims), clock)


async def ended(stream: Any) -> grpc.StatusCode:
    """Reads to the end; the status."""
    try:
        while await stream.read() is not grpc.aio.EOF:
            pass
    except grpc.aio.AioRpcError as error:
        return error.code()
    raise AssertionError("the stream ended well")


async def test_an_expired_token_ends_its_live_stream(place: Place) -> None:
    stream = await place.watching()
    place.time.advance(700)
    assert await ended(stream) is UNAUTHENTICATED


async def test_a_provider_that_is_no_longer_trusted_ends_the_streams_of_its_tokens(place: Place) -> None:
    stream = await place.watching()
    delete = access_pb.DeleteIdentityProviderRequest(name="corp")
    await place.server.access.delete_identity_provider(delete, metadata=place.server.admin, timeout=20)
    assert await ended(stream) is UNAUTHENTICATED


async def test_a_binding_that_is_taken_away_ends_the_stream_of_a_token(place: Place) -> None:
    stream = await place.watching()
    delete = access_pb.DeleteRoleBindingRequest(name="ada")
    await place.server.access.delete_role_binding(delete, metadata=place.server.admin, timeout=20)
    assert await ended(stream) is grpc.StatusCode.PERMISSION_DENIED

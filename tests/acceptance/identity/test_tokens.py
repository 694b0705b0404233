"""Tokens of a real issuer over HTTPS, from its first key to its end."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import jwt
import pytest

from tests.support.issuer import Issuer, SigningKey, issuer
from tests.support.secured import Secured, bearer, secured
from vexil.server.egress.allow_list import AllowList
from vexil.server.identity.fetching import Fetcher
from vexil.server.settings import TransportName
from vexil.v1 import access_service_pb2 as access_pb

LOCAL = AllowList.parse("localhost")
UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


@pytest.fixture
async def place(transport: TransportName, tmp_path: Path) -> AsyncIterator[tuple[Secured, Issuer]]:
    async with AsyncExitStack() as stack:
        published, trusted = stack.enter_context(issuer(tmp_path))
        settings: dict[str, Any] = {"provider_ca_file": trusted, "egress_allow": "localhost"}
        server = await stack.enter_async_context(secured(transport=transport, **settings))
        yield server, published


async def trust(server: Secured, published: Issuer) -> None:
    request = access_pb.PutIdentityProviderRequest(name="corp")
    provider = request.identity_provider
    provider.issuer, provider.jwks_uri = published.url, published.jwks_uri
    provider.audiences.append("vexil")
    provider.algorithms.append("ES256")
    provider.groups_claim = "groups"
    provider.skew.seconds = 30
    await server.access.put_identity_provider(request, metadata=server.admin, timeout=20)


def claims(published: Issuer, **more: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": published.url, "aud": "vexil", "sub": "ada", "iat": now, "exp": now + 600, **more}


async def once_there(server: Secured, token: str) -> str:
    """The principal, as soon as the issuer's keys are there; the server says that they are on their way."""
    while True:
        try:
            return await server.who(bearer(token))
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise


async def test_token_from_the_first_key_to_the_end(place: tuple[Secured, Issuer]) -> None:
    server, published = place
    first = SigningKey("first")
    published.keys = [first]
    token = first.sign(claims(published, groups=["ops"]))
    assert await server.refused(bearer(token)) is UNAUTHENTICATED
    await trust(server, published)
    assert await once_there(server, token) == "oidc:corp/ada"

    await bind(server, "oidc-group:corp/ops")
    answer = await server.access.who_am_i(access_pb.WhoAmIRequest(), metadata=bearer(token), timeout=20)
    assert [grant.role for grant in answer.grants] == ["viewer"]
    assert answer.expires_at.seconds > time.time()

    unsigned = jwt.encode(claims(published), "", "none", {"kid": "first"})
    for bad in (
        unsigned,
        unsigned + token.rpartition(".")[2],
        first.sign(claims(published, aud="other")),
        first.sign(claims(published, exp=int(time.time()) - 60)),
        first.sign(claims(published, nbf=int(time.time()) + 600)),
        SigningKey("first").sign(claims(published)),
    ):
        assert await server.refused(bearer(bad)) is UNAUTHENTICATED

    published.down = True
    assert await server.who(bearer(first.sign(claims(published, sub="bob")))) == "oidc:corp/bob"
    published.down = False

    delete = access_pb.DeleteIdentityProviderRequest(name="corp")
    await server.access.delete_identity_provider(delete, metadata=server.admin, timeout=20)
    assert await server.refused(bearer(token)) is UNAUTHENTICATED


async def bind(server: Secured, subject: str) -> None:
    request = access_pb.PutRoleBindingRequest(name="ops")
    binding = request.role_binding
    binding.subject, binding.role = subject, "viewer"
    for part in (
        binding.scope.namespaces,
        binding.scope.environments,
        binding.scope.key_prefixes,
        binding.scope.kinds,
    ):
        part.append("*")
    await server.access.put_role_binding(request, metadata=server.admin, timeout=20)


def test_issuer_that_nobody_certifies_is_not_asked(tmp_path: Path) -> None:
    with issuer(tmp_path) as (published, trusted):
        with pytest.raises(OSError, match="certificate"):
            Fetcher(LOCAL).fetch(published.jwks_uri)
        assert published.asked == 0
        assert Fetcher(LOCAL, trusted).fetch(published.jwks_uri) == published.document()


def test_redirects_are_not_followed(tmp_path: Path) -> None:
    """An issuer can't send the server elsewhere, such as to a metadata service."""
    with issuer(tmp_path) as (published, trusted):
        published.redirect = "http://127.0.0.1:1/latest/meta-data"
        with pytest.raises(OSError, match="302"):
            Fetcher(LOCAL, trusted).fetch(published.jwks_uri)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "file:///etc/passwd", "ftp://127.0.0.1/"])
def test_only_https_is_fetched(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Fetcher(LOCAL).fetch(url)

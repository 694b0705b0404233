"""Service keys over the wire: who is let in, who is not, and what becomes known on the way."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import pytest
from structlog.testing import capture_logs

from tests.support.secured import Secured, bearer, secured
from vexil.server.access.key_text import KeyText
from vexil.server.settings import TransportName
from vexil.v1 import access_service_pb2 as access_pb
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import config_service_pb2 as config_pb

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED


@pytest.fixture
async def server(transport: TransportName) -> AsyncIterator[Secured]:
    async with secured(transport=transport) as server:
        yield server


async def test_key_is_who_it_belongs_to(server: Secured) -> None:
    made = await server.key()
    assert await server.who(bearer(made.key)) == f"key:{made.summary.id}"


async def test_nobody_is_let_in_without_a_credential(server: Secured) -> None:
    assert await server.refused() is UNAUTHENTICATED
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await server.config.get(config_pb.GetRequest(), timeout=20)
    assert raised.value.code() is UNAUTHENTICATED


async def test_unknown_and_misspelt_keys_get_the_same_answer(server: Secured) -> None:
    made = await server.key()
    answers = set()
    for text in (KeyText.make().text, KeyText.make(made.summary.id).text, made.key[:-1], made.key.upper()):
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await server.who(bearer(text))
        answers.add((raised.value.code(), raised.value.details()))
    assert len({code for code, _ in answers}) == 1
    assert all(made.key not in (details or "") for _, details in answers)


async def test_revoked_key_is_refused_at_once(server: Secured) -> None:
    made = await server.key()
    await server.who(bearer(made.key))
    request = access_pb.RevokeServiceKeyRequest(id=made.summary.id)
    await server.access.revoke_service_key(request, metadata=server.admin, timeout=20)
    assert await server.refused(bearer(made.key)) is UNAUTHENTICATED


async def test_several_authorization_headers_are_refused(server: Secured) -> None:
    made = await server.key()
    for _ in ("nobody is known yet", "the key is remembered"):
        assert await server.refused(bearer(made.key) + bearer("other")) is UNAUTHENTICATED
        assert await server.refused(bearer("other") + bearer(made.key)) is UNAUTHENTICATED
        assert await server.who(bearer(made.key)) == f"key:{made.summary.id}"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "vxk_0123456789", "Bearer a b"],
)
async def test_other_headers_are_no_credentials(server: Secured, header: str) -> None:
    assert await server.refused((("authorization", header),)) is UNAUTHENTICATED


async def test_odd_forms_of_a_good_key_are_refused(server: Secured) -> None:
    """What two parsers read in two ways is read in none: spaces, lists, padding, the same header twice."""
    made = await server.key()
    good = bearer(made.key)
    for header in (
        f"Bearer  {made.key}",
        f"Bearer {made.key} ",
        f" Bearer {made.key}",
        f"Bearer {made.key},Bearer {made.key}",
        f"Bearer {made.key}=",
        f"Basic {made.key}",
        made.key,
    ):
        assert await server.refused((("authorization", header),)) is UNAUTHENTICATED, header
    for headers in (
        good + good,
        good + bearer("") + good,
        bearer("x") + good,
        (*good, ("authorization", "")),
    ):
        assert await server.refused(headers) is UNAUTHENTICATED
    binary: Any = (("authorization-bin", f"Bearer {made.key}".encode()),)
    assert await server.refused(binary) is UNAUTHENTICATED


async def test_oversized_header(server: Secured) -> None:
    header = (("authorization", "Bearer " + "x" * 9000),)
    assert await server.refused(header) in {UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED}


async def test_scheme_is_read_in_any_case(server: Secured) -> None:
    made = await server.key()
    assert await server.who((("authorization", f"bEARER {made.key}"),)) == f"key:{made.summary.id}"


async def test_trust_by_header_cve_2021_29441(server: Secured) -> None:
    """No header but `authorization` says who calls, whatever proxies and other products make of theirs."""
    claims = (
        ("x-forwarded-user", "admin"),
        ("x-remote-user", "admin"),
        ("x-forwarded-client-cert", "By=spiffe://a;URI=spiffe://admin"),
        ("x-vexil-principal", "admin"),
        ("user-agent", "Nacos-Server"),
        ("x-real-ip", "127.0.0.1"),
        ("proxy-authorization", server.admin[0][1]),
        ("cookie", f"token={server.admin[0][1]}"),
    )
    assert await server.refused(claims) is UNAUTHENTICATED


async def test_author_forged_by_request(server: Secured) -> None:
    """A commit is by who made it, whatever the call says besides."""
    request = admin_pb.CreateNamespaceRequest(namespace="shop")
    forged = (*server.admin, ("x-vexil-author", "somebody else"))
    await server.control.create_namespace(request, metadata=forged, timeout=20)
    listed = admin_pb.ListCommitsRequest(namespace="shop")
    [commit] = (await server.control.list_commits(listed, metadata=server.admin, timeout=20)).commits
    assert commit.author == await server.who(server.admin)
    assert commit.author.startswith("key:")


async def test_token_in_logs(server: Secured) -> None:
    """No credential is logged, neither one that is accepted nor one that is refused."""
    unknown = KeyText.make()
    with capture_logs() as lines:
        made = await server.key()
        await server.who(bearer(made.key))
        assert await server.refused(bearer(unknown.text)) is UNAUTHENTICATED
        assert await server.refused(bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")) is UNAUTHENTICATED
    logged = repr(lines)
    assert made.key not in logged
    assert unknown.text not in logged
    assert "eyJhbGciOiJub25lIn0" not in logged


async def test_health_needs_no_credential(server: Secured) -> None:
    async with grpc.aio.insecure_channel(server.server.target) as channel:
        check: Any = channel.unary_unary("/grpc.health.v1.Health/Check")
        assert await check(b"", timeout=20) == b"\x08\x01"

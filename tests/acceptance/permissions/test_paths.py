"""The path that is looked up is the one that is decided about: no other spelling gets past that."""

import asyncio
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.acceptance.permissions.guarded import House, refused
from tests.support.http2 import (
    DATA,
    END_STREAM,
    GOAWAY,
    HEADERS,
    PREFACE,
    RST_STREAM,
    SETTINGS,
    call,
    connection,
    frame,
    message,
)
from tests.support.server import PATIENCE
from vexil.v1 import admin_service_pb2, config_service_pb2
from vexil.v1.admin_service_pb2 import ListCommitsRequest

LIST_COMMITS = "/vexil.v1.AdminService/ListCommits"
REQUEST = ListCommitsRequest(namespace="shop").SerializeToString()

ODD = [
    "//vexil.v1.AdminService/ListCommits",
    "/vexil.v1.AdminService//ListCommits",
    "vexil.v1.AdminService/ListCommits",
    "/vexil.v1.AdminService/ListCommits/",
    "/vexil.v1.adminservice/ListCommits",
    "/vexil.v1.AdminService/listcommits",
    "/VEXIL.V1.ADMINSERVICE/LISTCOMMITS",
    "/vexil.v1.AdminService%2FListCommits",
    "/vexil.v1.AdminService/%4cistCommits",
    "/vexil.v1.ConfigService/../vexil.v1.AdminService/ListCommits",
    "/./vexil.v1.AdminService/ListCommits",
    "/vexil.v1.ConfigService/%2e%2e/vexil.v1.AdminService/ListCommits",
    "/%2e/vexil.v1.AdminService/ListCommits",
    "/grpc.health.v1.Health/Check/../../vexil.v1.AdminService/ListCommits",
    "http://localhost/vexil.v1.AdminService/ListCommits",
    "/vexil.v1.AdminService/ListCommits ",
    "/AdminService/ListCommits",
    "/",
    "*",
]


async def answered(guarded: House, path: str, authorization: str | None = None) -> bool:
    """Whether a call of that path, on a connection of its own, gets a message."""
    fields = {} if authorization is None else {"authorization": authorization}
    async with connection(guarded.server.inside.transport.port) as raw:
        await raw.send(PREFACE + frame(SETTINGS, 0, 0))
        await raw.send(call(path, fields=fields) + frame(DATA, END_STREAM, 1, message(REQUEST)))
        async for each in raw.frames():
            if each.stream == 1 and each.kind == DATA and each.payload:
                return True
            ends = each.kind == RST_STREAM or (each.kind in {DATA, HEADERS} and each.flags & END_STREAM)
            if (each.stream == 1 and ends) or each.kind == GOAWAY:
                return False
    return False


@pytest.mark.parametrize("path", ODD)
async def test_an_odd_path_reaches_no_method_cve_2026_33186(guarded: House, path: str) -> None:
    key = guarded.admin.key
    assert key is not None
    for authorization in (None, f"Bearer {key.text}"):
        assert not await asyncio.wait_for(answered(guarded, path, authorization), PATIENCE)


@pytest.mark.parametrize("query", ["?", "?x=1", "?/x/Check"])
async def test_a_path_with_a_query_is_no_method_even_to_who_may_do_everything(
    guarded: House, query: str
) -> None:
    assert guarded.admin.key is not None
    authorization = f"Bearer {guarded.admin.key.text}"
    assert not await asyncio.wait_for(answered(guarded, LIST_COMMITS + query, authorization), PATIENCE)


async def test_a_fragment_changes_nothing_about_who_may_call(guarded: House) -> None:
    """Whether it is left away or makes the path an unknown one: nobody gets further with it."""
    client = await guarded.caller("client")
    assert client.key is not None
    for authorization in (None, f"Bearer {client.key.text}"):
        assert not await asyncio.wait_for(answered(guarded, f"{LIST_COMMITS}#x", authorization), PATIENCE)


async def test_the_plain_path_is_answered_to_who_may(guarded: House) -> None:
    viewer, client = await guarded.caller("viewer"), await guarded.caller("client")
    assert viewer.key is not None
    assert client.key is not None
    assert await asyncio.wait_for(answered(guarded, LIST_COMMITS, f"Bearer {viewer.key.text}"), PATIENCE)
    assert not await asyncio.wait_for(answered(guarded, LIST_COMMITS, f"Bearer {client.key.text}"), PATIENCE)
    assert not await asyncio.wait_for(answered(guarded, LIST_COMMITS), PATIENCE)


async def test_a_method_that_does_not_exist_is_unimplemented_to_strangers_too(guarded: House) -> None:
    for path in ("/vexil.v1.AdminService/Nothing", "/vexil.v1.nothing/Get"):
        unknown: Any = guarded.channel.unary_unary(path)
        assert (await refused(unknown(b"", timeout=PATIENCE)))[0] is grpc.StatusCode.UNIMPLEMENTED


async def test_the_rpc_decides_and_not_the_message_in_it(guarded: House) -> None:
    """A request of one RPC that is sent to another is what the other makes of it."""
    client = await guarded.caller("client")
    evaluate = config_service_pb2.EvaluateRequest(namespace="shop")
    commits: Any = client.channel.unary_unary(LIST_COMMITS)
    answer = commits(evaluate.SerializeToString(), metadata=client.metadata, timeout=PATIENCE)
    assert (await refused(answer))[0] is grpc.StatusCode.PERMISSION_DENIED


async def test_headers_that_say_who_calls_are_not_believed_cve_2021_29441(guarded: House) -> None:
    request = admin_service_pb2.ListCommitsRequest(namespace="shop")
    for name in (
        "x-forwarded-user",
        "x-principal",
        "x-vexil-principal",
        "x-remote-user",
        "user",
        "user-agent",
    ):
        call = guarded.stranger.admin._stub.list_commits(request, metadata=((name, "admin"),))
        assert (await refused(call))[0] is grpc.StatusCode.UNAUTHENTICATED, name

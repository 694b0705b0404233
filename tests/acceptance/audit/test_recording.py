"""A server: commits know where they came from, and whatever is refused is in the journal."""

import json
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.support.secured import Secured, bearer, secured
from tests.support.transports import TRANSPORTS, require
from vexil.core.resource import Revision
from vexil.server.audit.chains import verify_chains
from vexil.server.audit.journals import read_journal, verify_journal
from vexil.v1 import access_service_pb2, watch_pb2
from vexil.v1 import admin_service_pb2 as admin_pb


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    require(name)  # type: ignore[arg-type]
    return name


def lines(directory: Path, action: str = "denied") -> list[dict[str, Any]]:
    assert [finding for report in verify_journal(directory) for finding in report.findings] == []
    return [line for line in read_journal(directory) if line["action"] == action]


async def refused(call: Any) -> grpc.StatusCode:
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return error.code()
    raise AssertionError("it was let in")


async def drained(stream: Any) -> None:
    while await stream.read() is not grpc.aio.EOF:
        pass


def create(secured: Secured, name: str, **options: Any) -> Any:
    request = admin_pb.CreateNamespaceRequest(namespace=name)
    return secured.control.create_namespace(request, timeout=20, **options)


async def test_every_refusal_is_in_the_journal(transport: str, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    async with secured(transport=transport, audit_journal=journal) as server:
        key = bearer((await server.key()).key)
        assert await refused(create(server, "desk")) is grpc.StatusCode.UNAUTHENTICATED
        assert (
            await refused(create(server, "desk", metadata=bearer("vxk_0123456789_nonsense")))
            is grpc.StatusCode.UNAUTHENTICATED
        )
        assert (
            await refused(create(server, "desk", metadata=(*key, ("x-request-id", "mine"))))
            is grpc.StatusCode.PERMISSION_DENIED
        )
        watch = server.config.watch(
            watch_pb2.WatchRequest(namespace="other", environment="prod"), metadata=key, timeout=20
        )
        assert await refused(watch.read()) is grpc.StatusCode.PERMISSION_DENIED
        exported = server.control.export(admin_pb.ExportRequest(namespace="shop"), metadata=key, timeout=20)
        assert await refused(exported.read()) is grpc.StatusCode.PERMISSION_DENIED
        importing = server.control.import_(metadata=key, timeout=20)
        await importing.write(
            admin_pb.ImportRequest(header=admin_pb.ImportHeader(namespace="desk", create_namespace=True))
        )
        assert await refused(importing.read()) is grpc.StatusCode.PERMISSION_DENIED
    found = lines(journal)
    assert sum(line["count"] for line in found) == 6
    methods = [line["method"].rpartition("/")[2] for line in found]
    assert sorted(set(methods)) == ["CreateNamespace", "Export", "Import", "Watch"]
    [mine] = [line for line in found if line["requestId"] == "mine"]
    assert mine["actor"].startswith("key:")
    assert (mine["authentication"], mine["namespace"], mine["reason"]) == (
        "service-key",
        "desk",
        "ACCESS_DENIED",
    )
    assert mine["peer"] == "ipv4:127.0.0.1"
    strangers = [line for line in found if not line["actor"]]
    assert strangers
    assert all(line["reason"] for line in strangers)
    assert "nonsense" not in json.dumps(found)


async def test_commit_has_its_peer_and_how_its_author_was_authenticated(transport: str) -> None:
    async with secured(transport=transport) as server:
        made = await create(server, "desk", metadata=server.admin)
        store = server.server.inside.parts.store
        [commit] = await store.read("desk", Revision(0), 1)
        assert commit.origin.authentication == "service-key"
        assert commit.origin.peer.startswith("ipv4:127.0.0.1:")
        assert commit.seal is not None
        assert made.commit.seal.chain == commit.seal.chain
        # Where others are, and what keys the digests, is not for everybody who reads history.
        assert (made.commit.seal.salt, made.commit.origin.peer) == (b"", "")
        assert all(report.findings == [] for report in await verify_chains(store))


async def test_reads_are_recorded_where_that_is_wanted(transport: str, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    async with secured(transport=transport, audit_journal=journal, audit_reads=1.0) as server:
        await create(server, "desk", metadata=server.admin)
        request = admin_pb.ListEnvironmentsRequest(namespace="desk")
        await server.control.list_environments(request, metadata=server.admin, timeout=20)
    [read] = [line for line in lines(journal, "read") if line["namespace"] == "desk"]
    assert read["method"].endswith("/ListEnvironments")
    assert read["actor"].startswith("key:")


async def test_stream_that_is_ended_by_a_revocation_is_a_denied_attempt(
    transport: str, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    async with secured(transport=transport, audit_journal=journal) as server:
        shop = admin_pb.CreateNamespaceRequest(namespace="shop")
        shop.environments["prod"].SetInParent()
        await server.control.create_namespace(shop, metadata=server.admin, timeout=20)
        made = await server.key()
        request = watch_pb2.WatchRequest(namespace="shop", environment="prod")
        watch = server.config.watch(request, metadata=bearer(made.key), timeout=60)
        await watch.read()
        revoke = access_service_pb2.RevokeServiceKeyRequest(id=made.summary.id)
        await server.access.revoke_service_key(revoke, metadata=server.admin, timeout=20)
        assert await refused(drained(watch)) is grpc.StatusCode.UNAUTHENTICATED
    [ended] = lines(journal)
    assert ended["method"].endswith("/Watch")
    assert (ended["namespace"], ended["environment"]) == ("shop", "prod")

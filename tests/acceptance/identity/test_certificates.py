"""Client certificates as identities, where they are required."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.support.certificates import Authority, Pair
from tests.support.secured import SHOP, bearer, secured
from vexil.client.rpc import Tls
from vexil.server.clock import Clock
from vexil.server.settings import TransportName
from vexil.v1 import access_service_pb2 as access_pb
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import watch_pb2 as watch_pb
from vexil.v1.resource_pb2 import Environment

SPIFFE = x509.UniformResourceIdentifier("spiffe://example.org/checkout")


class Files:
    """A server's files, and those of its clients."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.authority = Authority()
        self.server, self.key = folder / "server.crt", folder / "server.key"
        self.ca = folder / "ca.pem"
        self.authority.issue("server").write(self.server, self.key)
        self.ca.write_bytes(self.authority.pem)

    @property
    def settings(self) -> dict[str, Any]:
        return {"cert_file": self.server, "key_file": self.key, "client_ca_file": self.ca}

    def client(self, authority: Authority | None = None, *, expired: bool = False) -> Tls:
        signer = authority or self.authority
        return self.as_client(
            signer.issue("x", expired=True) if expired else signer.issue_with("checkout", [SPIFFE])
        )

    def as_client(self, pair: Pair) -> Tls:
        """What a client with that certificate uses."""
        certificate, key = self._folder / "client.crt", self._folder / "client.key"
        pair.write(certificate, key)
        return Tls(self.ca, certificate, key, server_name="localhost")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


async def drained(stream: Any) -> None:
    """Reads to the end. Raises AioRpcError."""
    while await stream.read() is not grpc.aio.EOF:
        pass


async def test_spiffe_id_is_the_identity(transport: TransportName, files: Files) -> None:
    async with secured(files.client(), transport=transport, **files.settings) as server:
        assert await server.who() == "cert:spiffe://example.org/checkout"


async def test_bearer_token_comes_before_the_certificate(transport: TransportName, files: Files) -> None:
    async with secured(files.client(), transport=transport, **files.settings) as server:
        assert (await server.who(server.admin)).startswith("key:")
        assert await server.refused(bearer("vxk_wrong")) is grpc.StatusCode.UNAUTHENTICATED


async def test_wrong_ca(transport: TransportName, files: Files) -> None:
    async with secured(files.client(Authority("other")), transport=transport, **files.settings) as server:
        assert await server.refused() is grpc.StatusCode.UNAVAILABLE
        assert await server.refused(server.admin) is grpc.StatusCode.UNAVAILABLE


async def test_expired_client_certificate(transport: TransportName, files: Files) -> None:
    async with secured(files.client(expired=True), transport=transport, **files.settings) as server:
        assert await server.refused() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("usage", "code"),
    [
        (ExtendedKeyUsageOID.CLIENT_AUTH, None),
        (ExtendedKeyUsageOID.SERVER_AUTH, grpc.StatusCode.UNAVAILABLE),
        (ExtendedKeyUsageOID.CODE_SIGNING, grpc.StatusCode.UNAVAILABLE),
    ],
)
async def test_certificate_that_is_for_something_else(
    transport: TransportName, files: Files, usage: x509.ObjectIdentifier, code: grpc.StatusCode | None
) -> None:
    """The certificate of a server proves nobody a client, though the same authority has signed it."""
    extensions = [x509.SubjectAlternativeName([SPIFFE]), x509.ExtendedKeyUsage([usage])]
    tls = files.as_client(files.authority.issue_extended("checkout", extensions))
    async with secured(tls, transport=transport, **files.settings) as server:
        if code is None:
            assert await server.who() == "cert:spiffe://example.org/checkout"
        else:
            assert await server.refused() is code


async def test_client_without_a_certificate(transport: TransportName, files: Files) -> None:
    tls = Tls(files.ca, server_name="localhost")
    async with secured(tls, transport=transport, **files.settings) as server:
        assert await server.refused() is grpc.StatusCode.UNAVAILABLE
        assert await server.refused(server.admin) is grpc.StatusCode.UNAVAILABLE


async def test_certificate_that_ends_while_its_stream_is_open(transport: TransportName, files: Files) -> None:
    """TLS looks at the time when a client connects; its calls and streams end when the certificate does."""
    ahead = 0.0
    clock = Clock(lambda: datetime.now(UTC) + timedelta(seconds=ahead), lambda: time.monotonic() + ahead)
    async with secured(files.client(), transport=transport, clock=clock, **files.settings) as server:
        made = admin_pb.CreateNamespaceRequest(namespace="shop", environments={"prod": Environment()})
        await server.control.create_namespace(made, metadata=server.admin, timeout=20)
        binding = access_pb.PutRoleBindingRequest(name="checkout")
        binding.role_binding.subject = "cert:spiffe://example.org/checkout"
        binding.role_binding.role = "client"
        binding.role_binding.scope.CopyFrom(SHOP)
        await server.access.put_role_binding(binding, metadata=server.admin, timeout=20)
        stream = server.config.watch(watch_pb.WatchRequest(namespace="shop", environment="prod"), timeout=60)
        while (await stream.read()).WhichOneof("event") != "state_end":
            pass
        ahead = timedelta(days=1).total_seconds()
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await drained(stream)
        assert raised.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert await server.refused() is grpc.StatusCode.UNAUTHENTICATED

"""Client certificates as identities, where they are required."""

from pathlib import Path
from typing import Any

import grpc
import pytest
from cryptography import x509

from tests.support.certificates import Authority
from tests.support.secured import bearer, secured
from vexil.client.rpc import Tls
from vexil.server.settings import TransportName

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
        certificate, key = self._folder / "client.crt", self._folder / "client.key"
        signer = authority or self.authority
        pair = signer.issue("x", expired=True) if expired else signer.issue_with("checkout", [SPIFFE])
        pair.write(certificate, key)
        return Tls(self.ca, certificate, key, server_name="localhost")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


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

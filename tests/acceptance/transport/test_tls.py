"""TLS and mTLS from files, also when these change."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import grpc
import grpc.aio
import pytest
from structlog.testing import capture_logs

from tests.acceptance.transport.conftest import Connect, Serve
from tests.acceptance.transport.toy import Toy, evaluate_request
from tests.support.certificates import Authority, Pair
from tests.support.http2 import PING, PREFACE, SETTINGS, frame
from vexil.client.rpc import AioConfigStub, Tls
from vexil.core.errors import InvalidRequest
from vexil.server.transport.certificates import TlsFiles


class Files:
    """A server's files in a directory, and what a client of it needs."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority()
        self.folder = folder
        self.server = TlsFiles(folder / "tls.crt", folder / "tls.key")
        self.renew()

    def renew(self) -> Pair:
        """A new certificate for the server."""
        pair = self.authority.issue("server")
        pair.write(self.server.certificate, self.server.key)
        return pair

    def client(self, authority: Authority | None = None, name: str | None = None) -> Tls:
        """A client that trusts the authority, with a certificate where it has a name."""
        trusted = self.folder / "trusted.pem"
        trusted.write_bytes((authority or self.authority).pem)
        if name is None:
            return Tls(ca_file=trusted)
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        self.authority.issue(name).write(certificate, key)
        return Tls(ca_file=trusted, certificate_file=certificate, key_file=key)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


async def refused(channel: grpc.aio.Channel) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await AioConfigStub(channel).evaluate(evaluate_request(), timeout=10)
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
    return raised.value.details() or ""


async def answered(channel: grpc.aio.Channel) -> None:
    assert (await AioConfigStub(channel).evaluate(evaluate_request(), timeout=10)).revision == 7


async def test_client_that_trusts_the_authority_is_served(
    serve: Serve, connect: Connect, toy: Toy, files: Files
) -> None:
    server = await serve(toy, tls=files.server)
    await answered(connect(server, files.client()))
    assert toy.calls[0].principal == "anonymous"


async def test_client_that_trusts_somebody_else_refuses(
    serve: Serve, connect: Connect, toy: Toy, files: Files
) -> None:
    server = await serve(toy, tls=files.server)
    await refused(connect(server, files.client(Authority("somebody else"))))


async def test_client_that_does_not_negotiate_http2_is_refused(serve: Serve, toy: Toy, files: Files) -> None:
    server = await serve(toy, tls=files.server)
    files.client()
    context = ssl.create_default_context(cafile=files.folder / "trusted.pem")
    for offered in ([], ["http/1.1"]):
        if offered:
            context.set_alpn_protocols(offered)
        try:
            reader, writer = await asyncio.open_connection("localhost", server.port, ssl=context)
        except (ssl.SSLError, ConnectionError):
            continue
        writer.write(PREFACE + frame(SETTINGS, 0, 0) + frame(PING, 0, 0, bytes(8)))
        with suppress(ConnectionError, ssl.SSLError):
            assert await asyncio.wait_for(reader.read(), 30) == b""
        writer.transport.abort()


async def test_plain_text_is_refused(serve: Serve, connect: Connect, toy: Toy, files: Files) -> None:
    await refused(connect(await serve(toy, tls=files.server)))


class TestClientCertificates:
    @pytest.fixture
    def mutual(self, files: Files) -> TlsFiles:
        authorities = files.folder / "clients.pem"
        authorities.write_bytes(files.authority.pem)
        return TlsFiles(files.server.certificate, files.server.key, authorities)

    async def test_subject_is_the_principal(
        self, serve: Serve, connect: Connect, toy: Toy, files: Files, mutual: TlsFiles
    ) -> None:
        await answered(connect(await serve(toy, tls=mutual), files.client(name="checkout")))
        assert toy.calls[0].principal == "checkout"

    async def test_client_without_one_is_refused(
        self, serve: Serve, connect: Connect, toy: Toy, files: Files, mutual: TlsFiles
    ) -> None:
        await refused(connect(await serve(toy, tls=mutual), files.client()))
        assert toy.calls == []

    async def test_client_of_another_authority_is_refused(
        self, serve: Serve, connect: Connect, toy: Toy, files: Files, mutual: TlsFiles
    ) -> None:
        server = await serve(toy, tls=mutual)
        stranger = files.client(name="stranger")
        assert stranger.certificate_file is not None
        assert stranger.key_file is not None
        Authority("somebody else").issue("stranger").write(stranger.certificate_file, stranger.key_file)
        await refused(connect(server, stranger))


class TestReload:
    async def test_new_certificate_serves_new_connections_and_old_ones_go_on(
        self, serve: Serve, connect: Connect, toy: Toy, files: Files
    ) -> None:
        server = await serve(toy, tls=files.server)
        before = connect(server, files.client())
        await answered(before)
        files.authority = Authority("the next one")
        with capture_logs() as logs:
            files.renew()
            await answered(connect(server, files.client()))
        assert [log["event"] for log in logs] == ["certificate_reloaded"]
        await answered(before)

    @pytest.mark.parametrize(
        "damage", ["no PEM", "another key", "missing"], ids=["garbage", "mismatch", "missing"]
    )
    async def test_file_that_is_no_good_leaves_the_old_certificate_and_one_line(
        self, serve: Serve, connect: Connect, toy: Toy, files: Files, damage: str
    ) -> None:
        server = await serve(toy, tls=files.server)
        contents: Mapping[str, bytes] = {"no PEM": b"oops", "another key": files.authority.issue("x").key}
        if damage == "missing":
            files.server.key.unlink()
        else:
            files.server.key.write_bytes(contents[damage])
        with capture_logs() as logs:
            for _ in range(3):
                await answered(connect(server, files.client(), user_agent=f"test/{_}"))
        assert [log["event"] for log in logs] == ["certificate_kept"]
        files.renew()
        with capture_logs() as logs:
            await answered(connect(server, files.client(), user_agent="test/after"))
        assert [log["event"] for log in logs] == ["certificate_reloaded"]


@pytest.mark.parametrize(
    ("field", "damage"),
    [("cert_file", "certificate"), ("key_file", "key")],
)
async def test_server_does_not_start_with_a_file_that_is_no_good(
    serve: Serve, toy: Toy, files: Files, field: str, damage: str
) -> None:
    getattr(files.server, damage).write_bytes(b"oops")
    with pytest.raises(InvalidRequest) as raised:
        await serve(toy, tls=files.server)
    assert raised.value.violations[0].field == field

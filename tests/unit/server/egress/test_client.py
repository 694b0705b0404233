"""Requests go to allowed places alone, whatever names and answers say."""

import socket
import ssl
import threading
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.slow_server import answering
from vexil.server.egress.allow_list import AllowList
from vexil.server.egress.client import HttpClient, Limits
from vexil.server.limits.networks import Address

LIMITS = Limits(most_bytes=1000, seconds=20)
TLS = ssl.create_default_context()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Names:
    """A DNS whose answers are given one after the other; the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, _host: str, _port: int) -> Sequence[Address]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [ip_address(address) for address in answer]


def ok(connection: socket.socket) -> None:
    connection.sendall(ANSWER)


def get(client: HttpClient, url: str, tls: ssl.SSLContext = TLS) -> bytes:
    return client.request("GET", url, {}, tls=tls).body


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0177.0.0.1", "0x7f000001", "0.0.0.0", "x@127.0.0.1"],
)
def test_ssrf_by_every_way_to_write_loopback_is_refused(host: str) -> None:
    with answering(ok) as (port, requests):
        client = HttpClient(AllowList.parse("public"), LIMITS)
        with pytest.raises((PermissionError, ValueError)):
            get(client, f"http://{host}:{port}/")
    assert requests == []


def test_ssrf_by_a_name_with_an_inner_address_among_others_is_refused() -> None:
    names = Names(["93.184.216.34", "169.254.169.254"])
    with pytest.raises(PermissionError, match=r"169\.254\.169\.254"):
        get(HttpClient(AllowList.parse("public"), LIMITS, names), "https://keys.example/")


def test_rebinding_dns_changes_nothing_after_the_look_up() -> None:
    """What is connected to is the address that was looked at."""
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    allowed = AllowList.parse("127.0.0.1")
    with answering(ok) as (port, requests):
        client = HttpClient(allowed, LIMITS, names)
        assert get(client, f"http://keys.example:{port}/a?b=c") == b"ok"
        assert names.asked == 1
        assert requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\nHost: keys.example:")
        with pytest.raises(PermissionError, match=r"127\.0\.0\.2"):
            get(client, f"http://keys.example:{port}/")
    assert len(requests) == 1


def test_another_address_is_tried_where_the_first_takes_no_connection() -> None:
    with answering(ok) as (port, _):
        client = HttpClient(AllowList.parse("127.0.0.0/8"), LIMITS, Names(["127.0.0.2", "127.0.0.1"]))
        assert get(client, f"http://keys.example:{port}/") == b"ok"
        with pytest.raises(OSError, match="no address"):
            get(HttpClient(AllowList.parse("127.0.0.0/8"), LIMITS, Names([])), f"http://keys.example:{port}/")


def test_tls_asks_for_the_name_and_not_for_the_address(tmp_path: Path) -> None:
    """Certified are localhost and 127.0.0.1; another name that leads there is not."""
    authority = Authority()
    certificate, key = tmp_path / "crt", tmp_path / "key"
    authority.issue("server").write(certificate, key)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    asked_for: list[str | None] = []
    serving.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    trusting = ssl.create_default_context(cadata=authority.pem.decode())
    client = HttpClient(AllowList.parse("127.0.0.1"), LIMITS, Names(["127.0.0.1"]))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def serve() -> None:
            for _ in range(2):
                connection, _address = listening.accept()
                try:
                    with serving.wrap_socket(connection, server_side=True) as secured:
                        secured.recv(4096)
                        secured.sendall(ANSWER)
                except ssl.SSLError:
                    connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        assert get(client, f"https://localhost:{port}/", trusting) == b"ok"
        with pytest.raises(ssl.SSLCertVerificationError, match=r"keys\.example"):
            get(client, f"https://keys.example:{port}/", trusting)
        thread.join()
    assert asked_for == ["localhost", "keys.example"]


def test_redirect_is_an_answer_and_not_followed() -> None:
    with answering(ok) as (inner, inner_requests):

        def redirect(connection: socket.socket) -> None:
            place = f"http://127.0.0.1:{inner}/latest/meta-data"
            connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {place}\r\n\r\n".encode())

        with answering(redirect) as (port, _):
            client = HttpClient(AllowList.parse("127.0.0.1"), LIMITS)
            assert client.request("GET", f"http://127.0.0.1:{port}/", {}, tls=TLS).status == 302
    assert inner_requests == []


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(ok) as (port, requests):
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        client = HttpClient(AllowList.parse("public"), LIMITS, Names(["127.0.0.1"]))
        with pytest.raises(PermissionError):
            get(client, "http://keys.example/")
    assert requests == []


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"]
)
def test_answer_that_is_too_long_is_refused(head: bytes) -> None:
    client = HttpClient(AllowList.parse("127.0.0.1"), LIMITS)
    with (
        answering(lambda connection: connection.sendall(head + b"x" * 9999)) as (port, _),
        pytest.raises(ValueError, match="longer than 1000 bytes"),
    ):
        get(client, f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_answer_that_drips_is_cut(start: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(0.02)
        while True:
            connection.sendall(b"x")
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                pass

    with answering(drip) as (port, _):
        limits = Limits(most_bytes=10_000_000, seconds=0.3)
        with pytest.raises(OSError, match=r"too long|does not answer|timed out"):
            get(HttpClient(AllowList.parse("127.0.0.1"), limits), f"http://127.0.0.1:{port}/")


def test_handshake_that_does_not_end_is_cut() -> None:
    """A record is announced, and comes byte by byte."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"\x16\x03\x03\x40\x00")
        connection.settimeout(0.02)
        while True:
            connection.sendall(b"\0")
            try:
                if not connection.recv(4096):
                    return
            except TimeoutError:
                pass

    with answering(drip) as (port, _):
        client = HttpClient(AllowList.parse("127.0.0.1"), Limits(most_bytes=10, seconds=0.3))
        with pytest.raises(OSError):  # noqa: PT011 - what TLS says differs
            get(client, f"https://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200],
)
def test_answer_that_is_no_http_is_an_error_of_the_place(answer: bytes) -> None:
    with answering(lambda connection: connection.sendall(answer)) as (port, _), pytest.raises(OSError):  # noqa: PT011
        get(HttpClient(AllowList.parse("127.0.0.1"), LIMITS), f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "https://", "//host/", "https://h:99999/"]
)
def test_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL|[Pp]ort"):
        get(HttpClient(AllowList.parse("public"), LIMITS), url)


def test_url_brings_no_header_of_its_own() -> None:
    with answering(ok) as (port, requests), pytest.raises((OSError, ValueError)):
        get(HttpClient(AllowList.parse("127.0.0.1"), LIMITS), f"http://127.0.0.1:{port}/ HTTP/1.1\r\nX: y")
    assert all(b"\r\nX: y" not in request for request in requests)

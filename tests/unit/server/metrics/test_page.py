"""The page for Prometheus as a stranger sees it: raw bytes over a socket."""

import socket
import threading
from collections.abc import Iterator

import pytest

from vexil.server.metrics.page import PageServer

PAGE = b"vexil_ready 1\n"
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


@pytest.fixture
def port() -> Iterator[int]:
    yield from serving(20.0)


@pytest.fixture
def hasty_port() -> Iterator[int]:
    """Of a server that has no patience."""
    yield from serving(0.2)


def serving(seconds: float) -> Iterator[int]:
    def render(accept: str) -> tuple[bytes, str]:
        if accept == "late":
            raise TimeoutError
        return PAGE, "text/plain; version=1.0.0"

    server = PageServer(("127.0.0.1", 0), render, seconds)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def exchange(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as answer:
            whole = answer.read()
    head, _, body = whole.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), {name.lower(): value for name, value in headers.items()}, body


def asked(port: int, target: str, method: str = "GET", *more: str) -> tuple[int, dict[str, str], bytes]:
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", *more]
    return exchange(port, "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))


def test_page_is_answered_with_headers_that_keep_browsers_out(port: int) -> None:
    status, headers, body = asked(port, "/metrics", "GET", "Origin: https://evil.example")
    assert (status, body) == (200, PAGE)
    assert headers["content-type"].startswith("text/plain")
    assert headers.items() >= HEADERS.items()
    assert headers["server"] == "vexil"
    assert not [name for name in headers if name.startswith("access-control-") or name == "set-cookie"]


def test_head_is_answered_without_the_page(port: int) -> None:
    status, headers, body = asked(port, "/metrics", "HEAD")
    assert (status, headers["content-length"], body) == (200, str(len(PAGE)), b"")


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/metrics/",
        "//metrics",
        "///metrics",
        "/./metrics",
        "/../metrics",
        "/x/../metrics",
        "/x/..%2fmetrics",
        "/%2e/metrics",
        "/%2e%2e/metrics",
        "/%6detrics",
        "/metrics%00",
        "/metrics;x",
        "/metrics?",
        "/metrics?name[]=vexil_ready",
        "/metrics#x",
        "/METRICS",
        "metrics",
        "\\metrics",
        "http://localhost/metrics",
        "*",
        "/etc/passwd",
        "/../../../../etc/passwd",
        "/favicon.ico",
    ],
)
def test_odd_paths_are_not_the_page(port: int, target: str) -> None:
    status, headers, body = asked(port, target)
    assert (status, body) == (404, b"Not Found\n")
    assert headers.items() >= HEADERS.items()


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "X"]
)
def test_other_methods_are_refused_and_no_other_origin_is_allowed(port: int, method: str) -> None:
    more = ("Origin: https://evil.example", "Access-Control-Request-Method: GET")
    status, headers, body = asked(port, "/metrics", method, *more)
    assert (status, headers["allow"], body) == (405, "GET, HEAD", b"Method Not Allowed\n")
    assert headers.items() >= HEADERS.items()
    assert not [name for name in headers if name.startswith("access-control-")]


def test_xss_nothing_that_was_sent_is_in_an_answer(port: int) -> None:
    script = "<script>alert(1)</script>"
    for request in (
        f"GET /{script} HTTP/1.1\r\n\r\n",
        f"{script} /metrics HTTP/1.1\r\n\r\n",
        f"GET /metrics {script}\r\n\r\n",
        f"GET /metrics HTTP/1.1\r\n{script}\r\n\r\n",
        f"GET /metrics HTTP/1.1\r\nAccept: {script}\r\n\r\n",
        f"GET /%0d%0aX:%20{script} HTTP/1.1\r\n\r\n",
    ):
        _status, headers, body = exchange(port, request.encode())
        assert b"script" not in body
        assert "script" not in str(headers)
        assert headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "body",
    ["Content-Length: 5", "Content-Length: 99999999999", "Content-Length: -1", "Transfer-Encoding: chunked"],
)
def test_body_is_refused(port: int, body: str) -> None:
    assert asked(port, "/metrics", "GET", body)[0] == 413


def test_oversized_headers_are_refused(port: int) -> None:
    assert asked(port, f"/{'x' * 70_000}")[0] == 414
    assert asked(port, "/metrics", "GET", *[f"X-{number}: y" for number in range(200)])[0] == 431
    assert asked(port, "/metrics", "GET", f"X: {'y' * 70_000}")[0] == 431


def test_request_without_version_gets_headers_too(port: int) -> None:
    status, headers, _ = exchange(port, b"GET /metrics\r\n\r\n")
    assert status == 200
    assert headers.items() >= HEADERS.items()


def test_one_request_for_each_connection(port: int) -> None:
    """So that nothing which follows a request is taken for another one by somebody in between."""
    request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"
    assert exchange(port, request * 2)[2] == PAGE


def test_page_that_takes_too_long_is_said(port: int) -> None:
    assert asked(port, "/metrics", "GET", "Accept: late")[0] == 503


def test_slow_callers_are_cut_and_are_not_many(hasty_port: int) -> None:
    """A request that comes byte by byte ends, and whoever comes while 16 are there is not answered."""
    callers = [socket.create_connection(("127.0.0.1", hasty_port), timeout=20) for _ in range(40)]
    try:
        for caller in callers:
            caller.sendall(b"GET /metr")
        for caller in callers:
            try:
                assert caller.recv(1) == b""
            except ConnectionResetError:
                continue
    finally:
        for caller in callers:
            caller.close()
    assert asked(hasty_port, "/metrics")[0] == 200


def test_caller_that_drips_is_cut(hasty_port: int) -> None:
    """One byte now and then does not earn more time."""
    with socket.create_connection(("127.0.0.1", hasty_port)) as caller:
        caller.sendall(b"GET /")
        caller.settimeout(0.02)
        ended = False
        for _ in range(500):
            try:
                caller.sendall(b"x")
                ended = caller.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
            if ended:
                break
        assert ended

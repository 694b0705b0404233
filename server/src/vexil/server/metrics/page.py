"""The one page that is served over HTTP."""

import socket
import sys
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import BoundedSemaphore
from typing import Any

import structlog

from vexil.server.deadline import cut_after

_log = structlog.get_logger(__name__)

PATH = "/metrics"

_SECONDS = 20.0
"""From the first byte of a request to the last of its answer; Prometheus itself waits for ten."""

_MOST_CONNECTIONS = 16
"""Whoever comes while so many are served is not answered."""

_PLAIN = "text/plain; charset=utf-8"

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What keeps a browser from taking the page for anything but text, and other pages from using it."""

Render = Callable[[str], tuple[bytes, str]]
"""The page and its type, for what the caller accepts. Raises TimeoutError when it takes too long."""


class PageServer(ThreadingTCPServer):
    """Answers GET and HEAD of `PATH`, to the letter, each on a connection and a thread of its own.

    Everything else is refused: other methods, other paths however they are written, queries, bodies. No
    header allows other origins to read it. Raises OSError when the address can't be listened on.
    """

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], render: Render, seconds: float = _SECONDS) -> None:
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        self.address_family, *_, place = found[0]
        self._free = BoundedSemaphore(_MOST_CONNECTIONS)
        self._seconds = seconds
        super().__init__((str(place[0]), int(place[1])), partial(_Handler, render=render))
        self.port = int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """In a thread of its own, while there are not too many of them."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answers, in time or not at all."""
        try:
            with cut_after(request, self._seconds):
                super().process_request_thread(request, client_address)
        except TimeoutError:
            pass  # it was cut, and there is nobody to tell
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who goes away in the middle is not worth a line; all else is a mistake of this server."""
        if not isinstance(sys.exception(), OSError):
            _log.warning("metrics_failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    timeout = _SECONDS

    def __init__(self, *place: Any, render: Render) -> None:
        self._render = render
        super().__init__(*place)

    def version_string(self) -> str:
        """What the answer says of this server: no version."""
        return "vexil"

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def _serve(self) -> None:
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        # Not self.path, from which leading slashes were taken.
        elif self.requestline.split()[1] != PATH:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            try:
                page = self._render(self.headers.get("Accept", ""))
            except TimeoutError:
                self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            else:
                self._answer(HTTPStatus.OK, *page)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Says what it is, and nothing of what was sent."""
        status = HTTPStatus(code)
        if status is HTTPStatus.NOT_IMPLEMENTED:
            status = HTTPStatus.METHOD_NOT_ALLOWED
        self._answer(status, f"{status.phrase}\n".encode(), _PLAIN)

    def _answer(self, status: HTTPStatus, content: bytes, type: str) -> None:  # noqa: A002
        self.close_connection = True
        # Nobody is given an answer without headers, as HTTP/0.9 has it.
        self.request_version = self.protocol_version
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(content)))
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing: requests are not logged here either."""

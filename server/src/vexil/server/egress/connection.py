"""An HTTP connection to an address that was looked at."""

import socket
from collections.abc import Callable
from http.client import HTTP_PORT, HTTPS_PORT, HTTPConnection
from ssl import SSLContext

from vexil.server.deadline import cut_after


class PinnedConnection(HTTPConnection):
    """Connects to what `dial` gives, in place of looking the name up again; TLS still asks for the name.

    `tls` None is plain text. The handshake, and each wait for a byte, take at most `seconds`.
    """

    def __init__(
        self, host: str, port: int, dial: Callable[[], socket.socket], tls: SSLContext | None, seconds: float
    ) -> None:
        super().__init__(host, port, timeout=seconds)
        self.default_port = HTTP_PORT if tls is None else HTTPS_PORT
        self._dial = dial
        self._tls = tls
        self._seconds = seconds

    def connect(self) -> None:
        """Raises OSError."""
        self.sock = self._dial()
        if self._tls is not None:
            secured = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = secured
            with cut_after(secured, self._seconds):
                secured.do_handshake()

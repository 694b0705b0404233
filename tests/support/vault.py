"""A server that speaks the part of Vault's HTTP API that reading takes: KV version 2 and AppRole.

Not Vault: what it answers is what Vault's API documentation says, and no more.
"""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "hvs.test-token"
ROLE = ("shop-role", "shop-secret-id")


@dataclass
class Vault:
    """What is in it, and what it has seen. `tokens` are those it takes; a login adds one."""

    address: str = ""
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    sealed: bool = False
    redirect: str = ""
    lease: int = 3600
    logins: int = 0
    reads: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    versions: dict[str, list[Mapping[str, Any] | None]] = field(default_factory=dict)

    def put(self, path: str, members: Mapping[str, Any] | None) -> None:
        """A new version; None: deleted. `path` begins with the mount."""
        self.versions.setdefault(path, []).append(members)

    def variables(self, token: str = TOKEN) -> Mapping[str, str]:
        """The environment of who reads from it."""
        return {"VAULT_ADDR": self.address, "VAULT_TOKEN": token}

    def role_variables(self) -> Mapping[str, str]:
        """The environment of who logs in by AppRole."""
        role, secret = ROLE
        return {"VAULT_ADDR": self.address, "VAULT_ROLE_ID": role, "VAULT_SECRET_ID": secret}

    def log_in(self, content: Mapping[str, str]) -> tuple[int, Any]:
        """Answers a login."""
        if (content.get("role_id"), content.get("secret_id")) != ROLE:
            return 400, {"errors": ["invalid role or secret ID"]}
        self.logins += 1
        token = f"hvs.login-{self.logins}"
        self.tokens.add(token)
        return 200, {"auth": {"client_token": token, "lease_duration": self.lease, "renewable": True}}

    def read(self, path: str, token: str) -> tuple[int, Any]:
        """Answers a read of `MOUNT/data/PATH`."""
        self.reads += 1
        if token not in self.tokens:
            return 403, {"errors": ["permission denied"]}
        mount, _, rest = path.partition("/data/")
        versions = self.versions.get(f"{mount}/{rest}", [])
        if not versions:
            return 404, {"errors": []}
        metadata = {"version": len(versions), "deletion_time": "", "destroyed": False}
        if versions[-1] is None:
            return 404, {"data": {"data": None, "metadata": metadata}}
        return 200, {"data": {"data": versions[-1], "metadata": metadata}}


@contextmanager
def vault_server(tls: ssl.SSLContext | None = None) -> Iterator[Vault]:
    """Serves an empty one on loopback, by https where a context is given."""
    vault = Vault()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            vault.headers = dict(self.headers)
            path = self.path.removeprefix("/v1/")
            self._answer(*vault.read(path, self.headers.get("X-Vault-Token", "")))

        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(*vault.log_in(content))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing on the test's output."""

        def _answer(self, status: int, content: Any) -> None:
            if vault.sealed:
                status, content = 503, {"errors": ["Vault is sealed"]}
            if vault.redirect:
                status = 307
            body = json.dumps(content).encode()
            self.send_response(status)
            if vault.redirect:
                self.send_header("Location", vault.redirect)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        vault.address = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield vault
        finally:
            server.shutdown()
            thread.join()

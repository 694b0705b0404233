"""Calls to Vault's HTTP API."""

import ipaddress
import json
import ssl
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from vexil.secrets.errors import SecretUnavailable, SecretUnusable

_TIMEOUT = 5.0
_MAX_ANSWER = 1024 * 1024


class VaultHttp:
    """Calls the Vault that the variables name. For any number of threads."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def call(
        self, method: str, path: str, *, token: str = "", content: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of the answer; None where it has none. Raises SecretUnusable, SecretUnavailable."""
        headers = {"X-Vault-Request": "true", "Content-Type": "application/json"}
        if token:
            headers["X-Vault-Token"] = token
        if namespace := self._variables.get("VAULT_NAMESPACE", ""):
            headers["X-Vault-Namespace"] = namespace
        body = None if content is None else json.dumps(content).encode()
        address = self._address()
        # The scheme is http or https by then.
        request = Request(f"{address}/v1/{quote(path)}", body, headers, method=method)  # noqa: S310
        try:
            with self._opener(address).open(request, timeout=_TIMEOUT) as response:
                return response.status, _json(response.read(_MAX_ANSWER + 1))
        except HTTPError as error:
            with error:
                return error.code, None
        except (OSError, HTTPException, ValueError):
            raise SecretUnavailable(f"Vault can't be reached at {address}") from None

    def _address(self) -> str:
        address = self._variables.get("VAULT_ADDR", "").rstrip("/")
        if not address:
            raise SecretUnusable("VAULT_ADDR is not set; give the URL of Vault, https://host:8200")
        url = urlsplit(address)
        if url.scheme not in ("http", "https") or not url.hostname or url.username or url.query:
            raise SecretUnusable("VAULT_ADDR is no URL such as https://host:8200")
        if url.scheme == "http" and not _is_loopback(url.hostname):
            raise SecretUnusable("VAULT_ADDR is http: secrets would travel readable; give an https URL")
        return address

    def _opener(self, address: str) -> OpenerDirector:
        file = self._variables.get("VAULT_CACERT") or None
        try:
            context = ssl.create_default_context(cafile=file)
        except OSError:
            raise SecretUnusable(f"VAULT_CACERT {file!r} is no file of PEM certificates") from None
        # What goes to this machine in plain text goes there directly; through a tunnel others may be passed.
        direct = [ProxyHandler({})] if address.startswith("http:") else []
        return build_opener(_Stay, HTTPSHandler(context=context), *direct)


class _Stay(HTTPRedirectHandler):
    """Follows nowhere: the token would go along."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

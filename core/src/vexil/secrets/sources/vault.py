"""HashiCorp Vault: secrets engine KV version 2, over its HTTP API.

https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2; most variables are those of `vault` itself.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vexil.core.secret_location import Location
from vexil.secrets.errors import SecretDenied, SecretNotFound, SecretUnavailable, SecretUnusable
from vexil.secrets.secret import Secret
from vexil.secrets.sources.source import MAX_BYTES
from vexil.secrets.sources.vault_http import VaultHttp

_RENEWAL = 0.7
"""The part of a token's life after which another one is asked for."""


class VaultSource:
    """The newest version of what is at a path; the path's first part is the engine's mount.

    VAULT_ADDR says where; as whom, VAULT_TOKEN, VAULT_TOKEN_FILE (read each time, since an agent renews it),
    or VAULT_ROLE_ID and VAULT_SECRET_ID (AppRole, at VAULT_APPROLE_MOUNT); VAULT_CACERT, whose certificates
    count; VAULT_NAMESPACE, in which namespace. Raises SecretUnusable when these are not there.
    """

    def __init__(
        self, variables: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._variables = variables
        self._clock = clock
        self._http = VaultHttp(variables)
        self._lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0

    def fetch(self, location: Location) -> Secret:
        """Reads it, as a JSON object of all its members."""
        mount, _, path = location.name.partition("/")
        status, answer = self._read(mount, path, self._current_token())
        if status == 403 and self._forget_token():
            status, answer = self._read(mount, path, self._current_token())
        what = f"vault:{location.name}"
        match status:
            case 200:
                return _secret(answer, what)
            case 404:
                raise SecretNotFound(f"{what} does not exist, or its newest version was deleted")
            case 403:
                raise SecretDenied(f"Vault does not let this token read {what}")
            case 400:
                raise SecretUnusable(f"Vault does not take the path of {what}")
            case _:
                raise SecretUnavailable(f"{what} can't be read now: Vault answered {status}")

    def close(self) -> None:
        """Nothing stays open."""

    def _read(self, mount: str, path: str, token: str) -> tuple[int, Any]:
        return self._http.call("GET", f"{mount}/data/{path}", token=token)

    def _current_token(self) -> str:
        if token := self._variables.get("VAULT_TOKEN", ""):
            return token
        if file := self._variables.get("VAULT_TOKEN_FILE", ""):
            return _token_of(Path(file))
        with self._lock:
            if self._clock() >= self._token_until:
                self._token, self._token_until = self._log_in()
            return self._token

    def _forget_token(self) -> bool:
        """Whether another token may be had."""
        with self._lock:
            held, self._token_until = bool(self._token), 0.0
            self._token = ""
            return held

    def _log_in(self) -> tuple[str, float]:
        role, secret = (self._variables.get(f"VAULT_{name}_ID", "") for name in ("ROLE", "SECRET"))
        if not (role and secret):
            raise SecretUnusable(
                "there are no credentials for Vault: set VAULT_TOKEN, VAULT_TOKEN_FILE, or VAULT_ROLE_ID and "
                "VAULT_SECRET_ID"
            )
        mount = self._variables.get("VAULT_APPROLE_MOUNT", "approle")
        content = {"role_id": role, "secret_id": secret}
        status, answer = self._http.call("POST", f"auth/{mount}/login", content=content)
        if status in (400, 403, 404):
            raise SecretDenied(f"Vault does not take the role at auth/{mount} (it answered {status})")
        try:
            token, seconds = str(answer["auth"]["client_token"]), float(answer["auth"]["lease_duration"])
        except (KeyError, TypeError, ValueError):
            raise SecretUnavailable(f"Vault gives out no token now: it answered {status}") from None
        # Zero: for ever.
        return token, self._clock() + (_RENEWAL * seconds if seconds else float("inf"))


def _secret(answer: Any, what: str) -> Secret:
    try:
        members, version = answer["data"]["data"], answer["data"]["metadata"]["version"]
    except (KeyError, TypeError):
        raise SecretUnusable(f"the engine that has {what} is not of kind KV, version 2") from None
    try:
        content = json.dumps(members, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise SecretUnusable(f"{what} holds half a character") from None
    if len(content) > MAX_BYTES:
        raise SecretUnusable(f"{what} has more than {MAX_BYTES} bytes")
    return Secret(content, str(version))


def _token_of(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        raise SecretUnusable(f"VAULT_TOKEN_FILE {str(file)!r} can't be read") from None

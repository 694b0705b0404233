"""Keys in a file: for development and small installations.

    {"primary": "2026-11-21-5f0c", "keys": {"2026-11-21-5f0c": "<32 bytes in base64>"}}

Only its owner may read or write the file (0600). It is read again when a key is needed that it did not have,
and for each new data key, so that a rotation needs no restart.
"""

import asyncio
import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vexil.core.errors import FailedPrecondition, Reason
from vexil.server.directories import sync_names
from vexil.server.encryption.keeper import KEY_BYTES, DataKey, WrappedKey
from vexil.server.encryption.refusals import damaged, key_missing

_NONCE_BYTES = 12
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Keyring:
    """Keys by their names, and which of them wraps new data keys."""

    primary: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> "Keyring":
        """The keyring in a file. Raises FailedPrecondition (ENCRYPTION_KEY_MISSING)."""
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & _OTHERS:
                    raise _refused(path, "may be read or changed by others: chmod 600")
                content = file.read()
        except OSError as error:
            raise _refused(path, f"can't be read: {error.strerror}") from error
        try:
            return cls._parse(content)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Without the cause: it might repeat what is in the file.
            raise _refused(path, "is no keyring; `vexil keys create` makes one") from None

    @classmethod
    def _parse(cls, content: bytes) -> "Keyring":
        document = json.loads(content)
        keys = {str(name): base64.b64decode(key, validate=True) for name, key in document["keys"].items()}
        if document["primary"] not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise binascii.Error
        return cls(document["primary"], keys)

    def rotated(self, name: str) -> "Keyring":
        """The same with a new key, which is the primary one."""
        return Keyring(name, {**self.keys, name: secrets.token_bytes(KEY_BYTES)})

    def write(self, path: Path) -> None:
        """Puts the keyring there, as a whole or not at all; only the owner can read it. Raises OSError."""
        keys = {name: base64.b64encode(key).decode() for name, key in self.keys.items()}
        text = json.dumps({"primary": self.primary, "keys": keys}, indent=2) + "\n"
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
            # A power cut must not take away a key by which values are encrypted already.
            sync_names(path.parent)
        finally:
            scratch.unlink(missing_ok=True)


class KeyringKeeper:
    """A `KeyKeeper` whose keys are in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ring = Keyring.read(path)

    async def new_key(self, namespace: str) -> DataKey:
        """A new data key, wrapped by the file's primary key."""
        self._ring = await asyncio.to_thread(Keyring.read, self._path)
        name = self._ring.primary
        plain, nonce = secrets.token_bytes(KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
        wrapped = AESGCM(self._ring.keys[name]).encrypt(nonce, plain, _for(namespace, name))
        return DataKey(WrappedKey(name, nonce + wrapped), plain)

    async def unwrap(self, namespace: str, key: WrappedKey) -> bytes:
        """The data key."""
        if key.key_id not in self._ring.keys:
            self._ring = await asyncio.to_thread(Keyring.read, self._path)
        wrapping = self._ring.keys.get(key.key_id)
        if wrapping is None:
            raise key_missing(key.key_id, f"is not in {self._path}")
        nonce, wrapped = key.wrapped[:_NONCE_BYTES], key.wrapped[_NONCE_BYTES:]
        try:
            return AESGCM(wrapping).decrypt(nonce, wrapped, _for(namespace, key.key_id))
        except (InvalidTag, ValueError) as error:
            raise damaged("a data key", namespace) from error

    async def close(self) -> None:
        """Nothing is held."""


def _for(namespace: str, name: str) -> bytes:
    return json.dumps(["vexil data key", namespace, name]).encode()


def _refused(path: Path, why: str) -> FailedPrecondition:
    return FailedPrecondition(f"the keyring {path} {why}", reason=Reason.ENCRYPTION_KEY_MISSING)

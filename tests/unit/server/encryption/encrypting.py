"""A namespace with a sensitive setting, on a store that encrypts."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.backend import Backend, backend
from vexil.core.change import Put
from vexil.core.resource import Commit, Kind, ResourceId
from vexil.core.setting import Definition, Setting
from vexil.core.value import Value, ValueType
from vexil.server.clock import Clock
from vexil.server.encryption.cipher import Cipher
from vexil.server.encryption.data_keys import DataKeys
from vexil.server.encryption.keyring import Keyring, KeyringKeeper
from vexil.server.encryption.store import EncryptingStore
from vexil.server.stores.port import Store

MARKER = "hunter2-hunter2-hunter2"
TOKEN = ResourceId(Kind.SETTING, "prod", "token")


@dataclass(frozen=True)
class Place:
    """What is behind the handlers, the store below that has no keys, and the file of the keys."""

    backend: Backend
    log: Store
    keys: Path

    async def put(self, value: Value, key: str = "token") -> Commit:
        """Sets a setting in `prod`."""
        return await self.backend.commit(
            Put(ResourceId(Kind.SETTING, "prod", key), Setting(value=value, enabled=True))
        )


def keyring(directory: Path) -> Path:
    """A file with one key, `first`."""
    path = directory / "keys"
    Keyring("", {}).rotated("first").write(path)
    return path


def cipher_of(keys: Path | None, clock: Clock | None = None) -> Cipher:
    """A cipher with the keys of a file, or without any."""
    return Cipher(None if keys is None else DataKeys(KeyringKeeper(keys), clock or Clock()))


def encrypting(log: Store, keys: Path | None, sensitive: Mapping[str, bool] | None = None) -> EncryptingStore:
    """The log with keys; `sensitive` are settings by their keys, besides what commits themselves say."""
    return EncryptingStore(log, cipher_of(keys), lambda _, key: bool((sensitive or {}).get(key)))


def definition(key: str = "token", value_type: ValueType = ValueType.STRING, **more: Any) -> Put:
    """Says that the values of this setting are sensitive."""
    return Put(ResourceId(Kind.DEFINITION, "", key), Definition(value_type, sensitive=True, **more))


@asynccontextmanager
async def place(log: Store, keys: Path | None) -> AsyncIterator[Place]:
    """The namespace `shop`, where `token`, a text, is sensitive."""
    store = encrypting(log, keys, {"token": True})
    async with backend(store) as made:
        await made.commit(definition())
        yield Place(made, log, keys or Path())

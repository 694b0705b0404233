"""Values to ciphertext and back: AES-256-GCM, each with its place."""

import asyncio
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError

from vexil.convert.values import value_from_proto, value_to_proto
from vexil.core.errors import InvalidRequest
from vexil.core.resource import Deleted, ResourceChange, ResourceId, ResourceState
from vexil.core.sensitivity import values_of
from vexil.core.value import Encrypted, Value
from vexil.server.encryption.data_keys import DataKeys
from vexil.server.encryption.fields import is_secret, mapped
from vexil.server.encryption.keeper import DataKey, WrappedKey
from vexil.server.encryption.refusals import damaged, no_keys
from vexil.v1 import value_pb2

_NONCE_BYTES = 12
_MANY = 1000
"""Values that take some milliseconds; more of them are done in a thread."""

C = TypeVar("C", bound=ResourceChange)


class Cipher:
    """Encrypts and decrypts changes and states. Without keys it refuses what is to be encrypted, or is."""

    def __init__(self, keys: DataKeys | None) -> None:
        self._keys = keys

    async def encrypted(
        self, namespace: str, changes: Sequence[ResourceChange], sensitive: Collection[ResourceId]
    ) -> tuple[ResourceChange, ...]:
        """The changes, with the values of those that are sensitive encrypted.

        Raises FailedPrecondition (ENCRYPTION_KEY_MISSING), Unavailable (ENCRYPTION_UNAVAILABLE).
        """
        uses = sum(
            is_secret(value)
            for change in changes
            if change.id in sensitive and isinstance(change, ResourceState)
            for value in values_of(change.resource)
        )
        if not uses:
            return tuple(changes)
        if self._keys is None:
            raise no_keys("sensitive values can't be stored")
        key = await self._keys.current(namespace, uses)

        def encrypt() -> tuple[ResourceChange, ...]:
            return tuple(
                _encrypted(namespace, change, key)
                if change.id in sensitive and isinstance(change, ResourceState)
                else change
                for change in changes
            )

        return await asyncio.to_thread(encrypt) if uses > _MANY else encrypt()

    async def decrypted(self, namespace: str, changes: Sequence[C]) -> Sequence[C]:
        """The changes as they were before they were encrypted; the same ones where nothing is encrypted.

        Raises also DataLoss for what was changed, or belongs elsewhere.
        """
        found = [encrypted for change in changes for encrypted in _found(change)]
        if not found:
            return changes
        if self._keys is None:
            raise no_keys(f"{namespace!r} holds encrypted values")
        wanted = (WrappedKey(each.key_id, each.wrapped_key) for each in found)
        plain = await self._keys.unwrapped(namespace, wanted)

        def decrypt() -> Sequence[C]:
            return [_decrypted(namespace, change, plain) for change in changes]

        return await asyncio.to_thread(decrypt) if len(found) > _MANY else decrypt()

    async def primary(self, namespace: str) -> str:
        """The key by which new values of a namespace are encrypted. Raises what `encrypted` raises."""
        if self._keys is None:
            raise no_keys("there is no primary key")
        return (await self._keys.current(namespace, 0)).stored.key_id

    async def close(self) -> None:
        """Forgets the keys."""
        if self._keys is not None:
            await self._keys.close()


def _found(change: ResourceChange) -> list[Encrypted]:
    if isinstance(change, Deleted):
        return []
    return [value.data for value in values_of(change.resource) if isinstance(value.data, Encrypted)]


def _encrypted(namespace: str, state: ResourceState, key: DataKey) -> ResourceState:
    cipher = AESGCM(key.plain)

    def encrypt(path: str, value: Value) -> Value:
        if not is_secret(value):
            return value
        nonce = secrets.token_bytes(_NONCE_BYTES)
        content = value_to_proto(value).SerializeToString(deterministic=True)
        ciphertext = cipher.encrypt(nonce, content, _place(namespace, state, path, value))
        return Value(value.type, Encrypted(key.stored.key_id, key.stored.wrapped, nonce, ciphertext))

    return replace(state, resource=mapped(state.resource, encrypt))


def _decrypted(namespace: str, change: C, keys: Mapping[WrappedKey, bytes]) -> C:
    if isinstance(change, Deleted) or not _found(change):
        return change
    state: ResourceState = change

    def decrypt(path: str, value: Value) -> Value:
        held = value.data
        if not isinstance(held, Encrypted):
            return value
        key = keys[WrappedKey(held.key_id, held.wrapped_key)]
        try:
            content = AESGCM(key).decrypt(held.nonce, held.ciphertext, _place(namespace, state, path, value))
            return replace(value_from_proto(value_pb2.Value.FromString(content)), sensitive=True)
        except (InvalidTag, ValueError, DecodeError, InvalidRequest):
            # Without the cause, which may be about the value.
            raise damaged(f"{path} of {state.id}", namespace) from None

    return replace(change, resource=mapped(state.resource, decrypt))


def _place(namespace: str, state: ResourceState, path: str, value: Value) -> bytes:
    """What is authenticated with a value, so that none can be put where another one stands."""
    kind, environment, key = state.id
    return json.dumps(
        [namespace, kind.name, environment, key, state.version, path, value.type.value]
    ).encode()

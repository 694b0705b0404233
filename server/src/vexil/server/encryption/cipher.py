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
from vexil.core.sensitivity import is_sensitive, mapped, values_of
from vexil.core.value import Encrypted, Value, ValueType
from vexil.server.encryption.data_keys import DataKeys
from vexil.server.encryption.fields import is_secret
from vexil.server.encryption.fingerprints import KEY_BYTES, Fingerprints
from vexil.server.encryption.keeper import DataKey, WrappedKey
from vexil.server.encryption.refusals import damaged, no_keys
from vexil.v1 import value_pb2

_NONCE_BYTES = 12
MANY = 1000
"""Values, or resources, that take some milliseconds; more of them are done in a thread."""

C = TypeVar("C", bound=ResourceChange)


class Cipher:
    """Encrypts and decrypts changes and states. Without keys it refuses what is to be encrypted, or is."""

    def __init__(self, keys: DataKeys | None) -> None:
        self._keys = keys
        self._fingerprints = Fingerprints()

    async def marked(
        self, namespace: str, changes: Sequence[ResourceChange], sensitive: Collection[ResourceId]
    ) -> tuple[ResourceChange, ...]:
        """The changes, with the values of those that are sensitive marked, and with their fingerprints."""

        def mark(state: ResourceState) -> ResourceState:
            def fingerprinted(_: str, value: Value) -> Value:
                if not is_secret(value):
                    return value
                fingerprint = self._fingerprints.of(namespace, state.id, _content(value))
                return replace(value, sensitive=True, fingerprint=fingerprint)

            return replace(state, resource=mapped(state.resource, fingerprinted))

        def mark_all() -> tuple[ResourceChange, ...]:
            return tuple(
                mark(change) if change.id in sensitive and isinstance(change, ResourceState) else change
                for change in changes
            )

        return await asyncio.to_thread(mark_all) if len(sensitive) > MANY else mark_all()

    async def encrypted(
        self, namespace: str, changes: Sequence[ResourceChange]
    ) -> tuple[ResourceChange, ...]:
        """The changes, with the values encrypted that are marked.

        Raises FailedPrecondition (ENCRYPTION_KEY_MISSING), Unavailable (ENCRYPTION_UNAVAILABLE).
        """
        uses = sum(
            value.sensitive
            for change in changes
            if isinstance(change, ResourceState)
            for value in values_of(change.resource)
        )
        if not uses:
            return tuple(changes)
        if self._keys is None:
            raise no_keys("sensitive values can't be stored")
        key = await self._keys.current(namespace, uses)
        fingerprint_key = self._fingerprints.key(namespace)

        def encrypt() -> tuple[ResourceChange, ...]:
            return tuple(
                _encrypted(namespace, change, key, fingerprint_key)
                if isinstance(change, ResourceState) and is_sensitive(change.resource)
                else change
                for change in changes
            )

        return await asyncio.to_thread(encrypt) if uses > MANY else encrypt()

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
            return [_decrypted(namespace, change, plain, self._fingerprints) for change in changes]

        return await asyncio.to_thread(decrypt) if len(found) > MANY else decrypt()

    async def primary(self, namespace: str) -> str:
        """The key by which new values of a namespace are encrypted. Raises what `encrypted` raises."""
        if self._keys is None:
            raise no_keys("there is no primary key")
        return (await self._keys.current(namespace, 0)).stored.key_id

    async def close(self) -> None:
        """Forgets the keys."""
        self._fingerprints.forget()
        if self._keys is not None:
            await self._keys.close()


def _found(change: ResourceChange) -> list[Encrypted]:
    if isinstance(change, Deleted):
        return []
    return [value.data for value in values_of(change.resource) if isinstance(value.data, Encrypted)]


def _content(value: Value) -> bytes:
    return value_to_proto(value).SerializeToString(deterministic=True)


def _encrypted(namespace: str, state: ResourceState, key: DataKey, fingerprint_key: bytes) -> ResourceState:
    cipher, stored = AESGCM(key.plain), key.stored

    def encrypt(path: str, value: Value) -> Value:
        if not value.sensitive:
            return value
        nonce, fingerprint = secrets.token_bytes(_NONCE_BYTES), value.fingerprint
        place = _place(namespace, state, path, value.type, fingerprint)
        ciphertext = cipher.encrypt(nonce, fingerprint_key + _content(value), place)
        return Value(value.type, Encrypted(stored.key_id, stored.wrapped, nonce, ciphertext, fingerprint))

    return replace(state, resource=mapped(state.resource, encrypt))


def _decrypted(namespace: str, change: C, keys: Mapping[WrappedKey, bytes], fingerprints: Fingerprints) -> C:
    if isinstance(change, Deleted) or not _found(change):
        return change
    state: ResourceState = change

    def decrypt(path: str, value: Value) -> Value:
        held = value.data
        if not isinstance(held, Encrypted):
            return value
        key = keys[WrappedKey(held.key_id, held.wrapped_key)]
        try:
            place = _place(namespace, state, path, value.type, held.fingerprint)
            content = AESGCM(key).decrypt(held.nonce, held.ciphertext, place)
            plain = value_from_proto(value_pb2.Value.FromString(content[KEY_BYTES:]))
        except (InvalidTag, ValueError, DecodeError, InvalidRequest):
            # Without the cause, which may be about the value.
            raise damaged(f"{path} of {state.id}", namespace) from None
        fingerprints.learn(namespace, content[:KEY_BYTES])
        return replace(plain, sensitive=True, fingerprint=held.fingerprint)

    return replace(change, resource=mapped(state.resource, decrypt))


def _place(namespace: str, state: ResourceState, path: str, value_type: ValueType, fingerprint: str) -> bytes:
    """What is authenticated with a value, so that none can be put where another one stands."""
    kind, environment, key = state.id
    return json.dumps(
        [namespace, kind.name, environment, key, state.version, path, value_type.value, fingerprint]
    ).encode()

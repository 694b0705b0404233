"""Keyed hashes of sensitive values: whether two are equal, for those who may not see them."""

import hmac
import json
import secrets

from vexil.core.resource import ResourceId

KEY_BYTES = 32

_BYTES = 16
"""Of a fingerprint: 128 bits of HMAC-SHA256 (RFC 2104, section 5: at least half of it)."""


class Fingerprints:
    """One key for each namespace, which outlives rotations: it is encrypted with each value.

    So a process that has read any sensitive value of a namespace has it. Where two processes have each made
    one, because neither had seen the other's first value, both go on with the lesser one.
    """

    def __init__(self) -> None:
        self._keys: dict[str, bytes] = {}

    def key(self, namespace: str) -> bytes:
        """The key; made here when none has been seen."""
        return self._keys.setdefault(namespace, secrets.token_bytes(KEY_BYTES))

    def learn(self, namespace: str, key: bytes) -> None:
        """Takes note of a key that came with a value."""
        self._keys[namespace] = min(key, self._keys.get(namespace, key))

    def of(self, namespace: str, id: ResourceId, content: bytes) -> str:
        """The fingerprint of a value in a resource, in hexadecimal: in another one it is another."""
        place = json.dumps([id.kind.name, id.environment, id.key]).encode()
        # The length keeps what follows apart.
        message = len(place).to_bytes(8) + place + content
        return hmac.digest(self.key(namespace), message, "sha256")[:_BYTES].hex()

    def forget(self) -> None:
        """Forgets the keys."""
        self._keys.clear()

"""Checkpoints: where every chain had come to, signed, so that no store can deny it later.

A file is JSON; the signature (Ed25519, RFC 8032) is over the same without `signature`, its keys sorted, no
blanks, in ASCII. Whoever can write to the store must not have the private key.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from vexil.core.audit.position import Position
from vexil.core.errors import DataLoss, InvalidRequest, Violation

SCHEMA = "vexil.audit.checkpoint.v1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Positions, and when they were signed by the clock of who did it. `key` names the public key."""

    at: datetime
    key: str
    positions: Sequence[Position]


class Signer:
    """A private key that signs checkpoints."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def make(cls) -> "Signer":
        """A new one."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, path: Path) -> "Signer":
        """From a PEM file (PKCS #8). Raises InvalidRequest for a file that holds none."""
        try:
            key = load_pem_private_key(_content(path), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise _invalid(path, "no private Ed25519 key in PEM without a passphrase")
        return cls(key)

    @property
    def private_pem(self) -> bytes:
        """The key, to be kept in a file."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public_pem(self) -> bytes:
        """What verifies, to be given to anybody."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, positions: Sequence[Position], at: datetime) -> str:
        """The checkpoint as the text of a file."""
        body: dict[str, Any] = {
            "schema": SCHEMA,
            "at": at.astimezone(UTC).isoformat(),
            "key": _key_id(self._key.public_key()),
            "positions": [
                {"namespace": each.namespace, "revision": each.revision, "chain": each.chain.hex()}
                for each in positions
            ],
        }
        body["signature"] = b64encode(self._key.sign(_signed(body))).decode()
        return json.dumps(body, indent=2) + "\n"


def read_checkpoint(path: Path, public_keys: Sequence[Path]) -> Checkpoint:
    """The checkpoint in a file, signed by one of these keys: those before it was rotated are given too.

    Raises InvalidRequest for a file that is none or a key that is none, DataLoss for one that none of the
    keys has signed.
    """
    keys = [_read_key(each) for each in public_keys]
    try:
        body = json.loads(_content(path))
        signature = b64decode(body["signature"], validate=True)
        checkpoint = _read(body)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise _invalid(path, "no checkpoint") from None
    if not any(_has_signed(key, signature, _signed(body)) for key in keys):
        signed_by = "" if checkpoint.key in map(_key_id, keys) else f"; it names the key {checkpoint.key}"
        names = " or ".join(map(str, public_keys))
        raise DataLoss(
            f"{path} is not what {names} has signed{signed_by}", metadata={"problem": "BAD_SIGNATURE"}
        )
    return checkpoint


def _read_key(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(_content(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise _invalid(path, "no public Ed25519 key in PEM")
    return key


def _has_signed(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _read(body: Mapping[str, Any]) -> Checkpoint:
    if body["schema"] != SCHEMA:
        raise ValueError(body["schema"])
    positions = [
        Position(str(each["namespace"]), int(each["revision"]), bytes.fromhex(each["chain"]))
        for each in body["positions"]
    ]
    return Checkpoint(datetime.fromisoformat(body["at"]), str(body["key"]), positions)


def _signed(body: Mapping[str, Any]) -> bytes:
    rest = {name: value for name, value in body.items() if name != "signature"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()


def _key_id(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _invalid(path, f"can't be read: {error.strerror}") from error


def _invalid(path: Path, what: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(str(path), what)])

"""Keys: from a file or a passphrase to what encrypts data files and seals manifests.

AES-256-GCM (NIST SP 800-38D) with a random nonce for each file, whose name and backup are authenticated with
it, so that files can't be swapped. The manifest is not secret, and sealed with HMAC-SHA-256. Both keys come
from one by HKDF (RFC 5869); that one is the key file, or scrypt (RFC 7914) of the passphrase. A chain of
backups has one salt, so that a passphrase is worked on once.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from vexil.core.errors import InvalidRequest, Violation
from vexil.server.backup.failures import KeyRefused
from vexil.server.backup.manifest import Encryption, Manifest, Source

WORK = 17
"""2^17 with r = 8 takes 128 MiB and some tenths of a second (OWASP's advice for scrypt)."""

MIN_PASSPHRASE = 12
"""Characters."""

_WORK_LIMITS = (14, 20)
_KEY_BYTES, _SALT_BYTES, _NONCE_BYTES = 32, 16, 12


@dataclass(frozen=True, slots=True)
class Secret:
    """What an operator keeps: 32 bytes of a key file, or a passphrase."""

    source: Source
    material: bytes = field(repr=False)

    @classmethod
    def from_key_file(cls, path: Path) -> "Secret":
        """A key of 32 bytes, or of 64 hexadecimal digits. Raises InvalidRequest."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _invalid("key-file", f"{path} can't be read: {error.strerror}") from error
        if len(content) == _KEY_BYTES:
            return cls("key file", content)
        try:
            key = bytes.fromhex(content.decode("ascii"))
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise _invalid(
                "key-file", f"{path} holds neither 32 bytes nor 64 hexadecimal digits: `openssl rand -hex 32`"
            )
        return cls("key file", key)

    @classmethod
    def from_passphrase(cls, passphrase: str) -> "Secret":
        """A passphrase. Raises InvalidRequest for one that is too short."""
        if len(passphrase) < MIN_PASSPHRASE:
            raise _invalid("passphrase", f"has {len(passphrase)} characters; {MIN_PASSPHRASE} is the least")
        return cls("passphrase", passphrase.encode())


class Keys:
    """The keys of a chain of backups."""

    def __init__(self, encryption: Encryption, data: bytes, seal: bytes) -> None:
        self.encryption = encryption
        self._cipher = AESGCM(data)
        self._seal = seal

    def encrypt(self, content: bytes, name: str) -> tuple[str, bytes]:
        """A nonce, in hexadecimal, and the content encrypted; `name` says which file it is."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce.hex(), self._cipher.encrypt(nonce, content, name.encode())

    def decrypt(self, content: bytes, nonce: str, name: str) -> bytes:
        """What was encrypted under this name. Raises ValueError when it is anything else."""
        try:
            return self._cipher.decrypt(bytes.fromhex(nonce), content, name.encode())
        except InvalidTag as error:
            raise ValueError("it can't be decrypted: it was changed, or is another file") from error

    def seal(self, manifest: Manifest) -> str:
        """What shows that whoever wrote the manifest has the key."""
        return hmac.new(self._seal, manifest.body, sha256).hexdigest()


class Keyring:
    """Finds the keys of backups for one secret."""

    def __init__(self, secret: Secret, work: int = WORK) -> None:
        self._secret = secret
        self._work = work
        self._found: dict[Encryption, Keys] = {}

    def begin(self) -> Keys:
        """Keys for a new chain."""
        work = self._work if self._secret.source == "passphrase" else 0
        return self._keys(Encryption(self._secret.source, os.urandom(_SALT_BYTES).hex(), work))

    def require(self, manifest: Manifest, seal: str) -> Keys:
        """The keys of a backup. Raises KeyRefused when the secret is not the one that it was made with."""
        encryption = manifest.encryption
        if encryption is None:
            raise KeyRefused(f"{manifest.id} is not encrypted, and a key was given")
        if encryption.source != self._secret.source:
            raise KeyRefused(f"{manifest.id} was encrypted with a {encryption.source}; give that")
        keys = self._keys(encryption)
        if not hmac.compare_digest(keys.seal(manifest).encode(), seal.encode("utf-8", "replace")):
            raise KeyRefused(
                f"{manifest.id} was made with another {encryption.source}, or its manifest was changed"
            )
        return keys

    def _keys(self, encryption: Encryption) -> Keys:
        if encryption not in self._found:
            self._found[encryption] = self._derive(encryption)
        return self._found[encryption]

    def _derive(self, encryption: Encryption) -> Keys:
        salt, master = bytes.fromhex(encryption.salt), self._secret.material
        if encryption.source == "passphrase":
            least, most = _WORK_LIMITS
            if not least <= encryption.work <= most:
                raise KeyRefused(f"scrypt's cost 2^{encryption.work} is not within 2^{least} and 2^{most}")
            master = Scrypt(salt=salt, length=_KEY_BYTES, n=2**encryption.work, r=8, p=1).derive(master)
        data, seal = (
            HKDF(SHA256(), _KEY_BYTES, salt, f"vexil backup {use}".encode()).derive(master)
            for use in ("data", "seal")
        )
        return Keys(encryption, data, seal)


def _invalid(field: str, description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation(field, description)])

"""Passwords: which are accepted, and how they are kept."""

import asyncio
import os
import re
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from typing import TypeVar

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vexil.core.errors import InvalidRequest, LimitExceeded, Reason, Violation

MIN_LENGTH = 12
_MIN_DIFFERENT = 6
_COMMON = re.compile("password|passwort|change ?me|default|secret|letmein|welcome|qwerty|admin|root|vexil")

_MOST_WAITING = 50
_RETRY_SECONDS = 5.0
_MEMORY_KIB = 19 * 1024
_PASSES = 2
_SALT_BYTES, _HASH_BYTES = 16, 32

Work = TypeVar("Work")


class Passwords:
    """Hashes with Argon2id (RFC 9106): 19 MiB, two passes, one lane, as OWASP's cheat sheet has it.

    In a thread, one after the other: whoever floods a server with log-ins takes one core, and not the memory.
    Methods raise LimitExceeded (RATE_LIMITED) where too many wait already.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._decoy = _decoy()

    async def hash(self, password: str) -> str:
        """What is kept of a password, as a PHC string."""
        return await self._in_turn(lambda: _hash(password))

    async def fits(self, password: str, kept: str) -> bool:
        """Whether it is the password. Takes as long where nothing is kept."""
        return await self._in_turn(lambda: _fits(password, kept or self._decoy)) and bool(kept)

    async def _in_turn(self, work: Callable[[], Work]) -> Work:
        if self._waiting >= _MOST_WAITING:
            raise LimitExceeded(
                "too many people log in at the moment; come back later",
                reason=Reason.RATE_LIMITED,
                retry_after=_RETRY_SECONDS,
            )
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def require_strong(name: str, password: str, field: str = "password") -> None:
    """Raises InvalidRequest for a password that is guessed early (NIST SP 800-63B §5.1.1.2)."""
    rest = _COMMON.sub("", password.lower().replace(name.lower(), ""))
    if len(password) < MIN_LENGTH:
        problem = f"must have {MIN_LENGTH} characters or more"
    elif len(set(rest)) < _MIN_DIFFERENT:
        problem = "is guessed early: it is made of few characters, of common words, or of the name"
    else:
        return
    raise InvalidRequest.of([Violation(field, problem)])


def _hash(password: str) -> str:
    argon2 = Argon2id(
        salt=os.urandom(_SALT_BYTES),
        length=_HASH_BYTES,
        iterations=_PASSES,
        lanes=1,
        memory_cost=_MEMORY_KIB,
    )
    return argon2.derive_phc_encoded(_bytes(password))


def _fits(password: str, kept: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(_bytes(password), kept)
    except InvalidKey:
        return False
    return True


def _bytes(password: str) -> bytes:
    # The same letters, whichever way a keyboard composes them (RFC 8265 §4.2.2).
    return unicodedata.normalize("NFC", password).encode()


def _decoy() -> str:
    """What could be kept of a password that nobody knows."""
    salt, digest = (b64encode(os.urandom(size)).decode().rstrip("=") for size in (_SALT_BYTES, _HASH_BYTES))
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p=1${salt}${digest}"

"""Passwords: which are accepted, and how they are kept."""

import asyncio
import os
import re

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vexil.core.errors import InvalidRequest, Violation

MIN_LENGTH = 12
_MIN_DIFFERENT = 6
_AT_ONCE = 2
_COMMON = re.compile("password|passwort|change ?me|default|secret|letmein|welcome|qwerty|admin|root|vexil")


class Passwords:
    """Hashes with Argon2id (RFC 9106): 19 MiB, two passes, one lane, as OWASP's cheat sheet has it.

    In threads, two at once, so that log-ins take neither all cores nor all memory.
    """

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """What is kept of a password, as a PHC string."""
        async with self._room:
            return await asyncio.to_thread(_hash, password)

    async def fits(self, password: str, kept: str) -> bool:
        """Whether it is the password. Takes as long where nothing is kept."""
        if not kept and self._decoy is None:
            self._decoy = await self.hash(os.urandom(16).hex())
        async with self._room:
            return await asyncio.to_thread(_fits, password, kept or self._decoy or "") and bool(kept)


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
    return _argon2(os.urandom(16)).derive_phc_encoded(password.encode())


def _fits(password: str, kept: str) -> bool:
    try:
        Argon2id.verify_phc_encoded(password.encode(), kept)
    except InvalidKey:
        return False
    return True


def _argon2(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19 * 1024)

"""The keys port: what keeps the keys by which data keys are wrapped."""

from dataclasses import dataclass, field
from typing import Protocol

KEY_BYTES = 32
"""Of data keys: AES-256."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it stands beside what it encrypts; `key_id` names the key that it is wrapped by."""

    key_id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key, and the form in which it is stored."""

    stored: WrappedKey
    plain: bytes = field(repr=False)


class KeyKeeper(Protocol):
    """Makes data keys and unwraps them, each for one namespace: for another it does not unwrap.

    Raises FailedPrecondition (ENCRYPTION_KEY_MISSING) when the key is not there or may not be used, and
    Unavailable (ENCRYPTION_UNAVAILABLE) while it can't be had.
    """

    async def new_key(self, namespace: str) -> DataKey:
        """A new data key, wrapped by the key that is the primary one now."""
        ...

    async def unwrap(self, namespace: str, key: WrappedKey) -> bytes:
        """The data key. Raises also DataLoss when it is not what was wrapped for this namespace."""
        ...

    async def close(self) -> None:
        """Releases what it holds. Closing twice is fine."""
        ...

"""Refresh tokens as text: `vxr_<id>_<family>_<secret>`, all in lower-case hexadecimal."""

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

REFRESH = "vxr_"
"""What every refresh token begins with, and no other credential does."""

_BYTES = 20
_FORM = re.compile(rf"{REFRESH}(?P<id>[0-9a-f]{{16}})_(?P<family>[0-9a-f]{{40}})_[0-9a-f]{{40}}")


@dataclass(frozen=True, slots=True)
class RefreshText:
    """A refresh token. All of a session have its family, 160 random bits, besides as many of their own.

    So one that was used long ago is still known as a token of that session, and whoever knows nothing but the
    session's id can't make up one.
    """

    id: str
    family: str = field(repr=False)
    text: str = field(repr=False)

    @classmethod
    def make(cls, id: str, family: str | None = None) -> "RefreshText":
        """A new one; of that family, or of a new one."""
        family = family or secrets.token_hex(_BYTES)
        return cls(id, family, f"{REFRESH}{id}_{family}_{secrets.token_hex(_BYTES)}")

    @classmethod
    def parse(cls, text: str) -> "RefreshText | None":
        """Reads a text; None: it is none."""
        found = _FORM.fullmatch(text)
        return None if found is None else cls(found["id"], found["family"], text)

    @property
    def digest(self) -> str:
        """What is stored of it: its SHA-256 in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def family_digest(self) -> str:
        """What is stored of its family."""
        return sha256(self.family.encode()).hexdigest()

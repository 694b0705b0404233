"""Access tokens and invitations as text: `<prefix><id>_<secret>`, both in lower-case hexadecimal."""

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

ACCESS = "vxs_"
"""What the access token of a session begins with, and no other credential does."""

INVITATION = "vxi_"

_ID_BYTES = 8
_SECRET_BYTES = 20
_FORM = re.compile(rf"(?P<id>[0-9a-f]{{{2 * _ID_BYTES}}})_[0-9a-f]{{{2 * _SECRET_BYTES}}}")


def new_id() -> str:
    """An id that nobody has."""
    return secrets.token_hex(_ID_BYTES)


@dataclass(frozen=True, slots=True)
class SecretText:
    """A text with a secret of 160 random bits, which no `repr` shows."""

    id: str
    text: str = field(repr=False)

    @classmethod
    def make(cls, prefix: str, id: str) -> "SecretText":
        """A new secret."""
        return cls(id, f"{prefix}{id}_{secrets.token_hex(_SECRET_BYTES)}")

    @classmethod
    def parse(cls, prefix: str, text: str) -> "SecretText | None":
        """Reads a text; None: it is none of that sort."""
        found = _FORM.fullmatch(text, len(prefix)) if text.startswith(prefix) else None
        return None if found is None else cls(found["id"], text)

    @property
    def digest(self) -> str:
        """What is stored of it: its SHA-256 in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()

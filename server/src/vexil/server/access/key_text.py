"""Service keys as text: `vxk_<id>_<secret>`.

Both parts are lower-case hexadecimal, so that the key survives every place where it is pasted, and a scanner
of sources finds it by `vxk_[0-9a-f]{10}_[0-9a-f]{40}`.
"""

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

_ID_BYTES = 5
_SECRET_BYTES = 20
_FORM = re.compile(rf"vxk_(?P<id>[0-9a-f]{{{2 * _ID_BYTES}}})_[0-9a-f]{{{2 * _SECRET_BYTES}}}")

PREFIX = "vxk_"
"""What every service key begins with, and no other credential does."""


@dataclass(frozen=True, slots=True)
class KeyText:
    """A service key with its secret of 160 random bits, which no `repr` shows."""

    id: str
    text: str = field(repr=False)

    @classmethod
    def make(cls, id: str | None = None) -> "KeyText":
        """A new secret, of a new key or of that one."""
        id = id or secrets.token_hex(_ID_BYTES)
        return cls(id, f"{PREFIX}{id}_{secrets.token_hex(_SECRET_BYTES)}")

    @classmethod
    def parse(cls, text: str) -> "KeyText | None":
        """Reads a key; None: it is none. Says nothing about whether it is valid."""
        found = _FORM.fullmatch(text)
        return None if found is None else cls(found["id"], text)

    @property
    def digest(self) -> str:
        """What is stored of it: its SHA-256 in hexadecimal.

        A slow hash and salt are for secrets that people choose; those of 112 random bits or more need none
        (NIST SP 800-63B §5.1.2.2, look-up secrets).
        """
        return sha256(self.text.encode()).hexdigest()

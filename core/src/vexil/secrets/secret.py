"""A secret in its reader's hands."""

import hmac
from typing import NoReturn

from vexil.secrets.errors import SecretUnusable


class Secret:
    """The content of a secret, which only `text` and `data` give out.

    It is in no `repr`, no `str` and no format; it can't be pickled or copied, so that it does not travel by
    accident. `version` is what its keeper calls this version of it; empty where versions have no names.
    Two are equal when their contents are, compared in constant time.
    """

    __slots__ = ("_data", "version")

    def __init__(self, data: bytes, version: str = "") -> None:
        self._data = data
        self.version = version

    @property
    def data(self) -> bytes:
        """The content."""
        return self._data

    @property
    def text(self) -> str:
        """The content as text. Raises SecretUnusable when it is no UTF-8."""
        try:
            return self._data.decode()
        except UnicodeDecodeError:
            # Not as the cause: that error carries the content.
            raise SecretUnusable("the secret is no text; read its bytes") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._data, other._data)

    __hash__ = None  # type: ignore[assignment]  # a hash would tell short secrets

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither copied nor pickled; take its text or data")

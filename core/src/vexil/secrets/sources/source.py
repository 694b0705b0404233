"""The port to who keeps secrets."""

from typing import Protocol

from vexil.core.secret_location import Location
from vexil.secrets.secret import Secret

MAX_BYTES = 65_536
"""Of a secret: what Secrets Manager takes; files and Vault are held to the same."""


class Source(Protocol):
    """Reads secrets of a keeper. For any number of threads."""

    def fetch(self, location: Location) -> Secret:
        """All that is there now, whatever `member` says.

        May block for some seconds. Raises SecretError, and nothing whose text or cause holds a secret.
        """
        ...

    def close(self) -> None:
        """Closes its connections."""
        ...

"""What is asked who calls."""

from typing import Protocol

from vexil.core.access.identity import Identity
from vexil.server.identity.credentials import Credentials


class Authentication(Protocol):
    """Says who calls.

    It is asked from several threads, for each call and again while a stream goes on; it does not wait.
    """

    def authenticate(self, credentials: Credentials) -> Identity:
        """The caller, as of now.

        Raises Unauthenticated, and Unavailable while that can't be found out: it is never guessed.
        """
        ...

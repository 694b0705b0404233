"""What is asked who calls."""

from typing import Protocol

from vexil.server.identity.credentials import Credentials
from vexil.server.identity.identity import Identity


class Authentication(Protocol):
    """Says who calls.

    It is asked from several threads, for each call and again while a stream goes on; it does not wait.
    """

    def authenticate(self, credentials: Credentials) -> Identity:
        """The caller, as of now.

        Raises Unauthenticated, and Unavailable while that can't be found out: it is never guessed.
        """
        ...

"""Credentials that are not accepted."""

from vexil.core.errors import Unauthenticated


class CredentialRefused(Unauthenticated):
    """A credential that is not accepted: the message is for whoever shows it, `why` for those who run this.

    `why` never leaves the server. It holds nothing that a stranger can choose freely, so that made-up
    credentials are all refused for the same few reasons.
    """

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why

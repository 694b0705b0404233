"""What a caller shows."""

from collections.abc import Sequence
from typing import Protocol


class Credentials(Protocol):
    """What came with a call and its connection. Nothing else says who calls, whatever it is named."""

    @property
    def authorization(self) -> Sequence[str]:
        """All `authorization` headers; one that is no text is an empty one."""
        ...

    @property
    def certificate(self) -> bytes | None:
        """The client's certificate, in DER, which its connection was verified with."""
        ...

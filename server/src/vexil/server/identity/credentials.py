"""What a caller shows."""

from collections.abc import Sequence
from typing import Protocol


class Credentials(Protocol):
    """What came with a call and its connection. Nothing else says who calls, whatever it is named."""

    @property
    def authorization(self) -> Sequence[str]:
        """The `authorization` headers, or only the first where it takes long to find the others."""
        ...

    @property
    def every_authorization(self) -> Sequence[str]:
        """The same; where there are several that differ, at least two of them."""
        ...

    @property
    def certificate(self) -> bytes | None:
        """The client's certificate, in DER, which its connection was verified with."""
        ...

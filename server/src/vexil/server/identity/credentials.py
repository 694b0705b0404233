"""What a caller shows."""

from collections.abc import Sequence
from typing import Protocol

from vexil.server.identity.recognised import Recognised


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

    @property
    def remembered(self) -> Recognised | None:
        """What `remember` was last given on this connection, if the same was shown then.

        None also where the transport keeps nothing. It may no longer hold.
        """
        ...

    def remember(self, recognised: Recognised) -> None:
        """Keeps this for calls on the same connection that show the same, to the byte."""
        ...

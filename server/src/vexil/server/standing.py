"""Whether a stream that was let in may go on."""

from datetime import datetime
from typing import Protocol


class Standing(Protocol):
    """What a stream was let in for, to be looked at again while it is open."""

    def check(self) -> datetime | None:
        """Decides anew. Raises what keeps the caller out by now: Unauthenticated, AccessDenied, Unavailable.

        Gives the time at which it is to be asked again at the latest; None: when permissions change.
        """
        ...

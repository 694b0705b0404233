"""Where announcements go, as the announcer sees it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from vexil.core.errors import VexilError
from vexil.server.announce.announcement import Announcement

MAX_BATCH = 10
"""Most announcements in one call; what SNS and SQS take."""

MAX_BATCH_BYTES = 256 * 1024
"""Most bytes of all of them together (https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html)."""


class Destination(Protocol):
    """A queue or a topic. One call at a time."""

    @property
    def name(self) -> str:
        """What it is called in logs."""
        ...

    @property
    def ordered(self) -> bool:
        """Whether it keeps the order of a namespace.

        Then a batch holds one announcement of each namespace at most: of a batch, one may be refused and the
        next accepted.
        """
        ...

    async def publish(self, batch: Sequence[Announcement]) -> Mapping[int, VexilError]:
        """Publishes at most `MAX_BATCH` announcements of at most `MAX_BATCH_BYTES`.

        Returns why some were refused, by their place in the batch; the others will reach whoever listens.
        Raises VexilError when it is not known that any was accepted: NotFound, AccessDenied, Unauthenticated
        and InvalidRequest need an operator, Unavailable and LimitExceeded pass.
        """
        ...

    async def check(self) -> None:
        """Looks whether it is there and may be called, and publishes nothing.

        Raises VexilError as `publish` does; AccessDenied may mean that it must only not be looked at.
        """
        ...

    async def close(self) -> None:
        """Lets a call under way finish, and releases everything."""
        ...

"""What every transport is to the rest of the server."""

from collections.abc import Callable
from typing import Protocol


class Transport(Protocol):
    """One listening server around a table of methods.

    Health says NOT_SERVING between `start` and `serve`, and from `stop` on. The ports are known after
    `start`.
    """

    port: int
    health_port: int | None

    async def start(self) -> None:
        """Listens. Raises FailedPrecondition for an address that can't be had."""
        ...

    def serve(self) -> None:
        """Says by health that calls are answered."""
        ...

    async def stop(self, end_streams: Callable[[], None], grace: float) -> None:
        """Ends: health first, then streams, which `end_streams` asks to end, then calls under way.

        What is not finished after `grace` seconds is cancelled. Returns when every handler has cleaned up.
        """
        ...

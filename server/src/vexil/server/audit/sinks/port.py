"""A place where records are kept, as the consumer sees it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from vexil.core.errors import VexilError


class Sink(Protocol):
    """Keeps documents of `AuditRecord.document` by their `id`. One call at a time, from any thread.

    To write a document again changes nothing. Methods block.
    """

    @property
    def name(self) -> str:
        """What it is called in logs."""
        ...

    def write(self, documents: Sequence[Mapping[str, Any]]) -> Mapping[str, VexilError]:
        """Keeps documents; all others than those returned are there for good.

        Returns why some were refused, by their id: InvalidRequest is for good, anything else may pass. Raises
        VexilError when it is not known that any was kept.
        """
        ...

    def prune(self, now: datetime) -> int:
        """Removes what has expired; how many documents that were, as far as it is known."""
        ...

    def close(self) -> None:
        """Releases everything."""
        ...

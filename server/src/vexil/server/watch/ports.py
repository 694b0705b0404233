"""What Watch needs of the rest of the server."""

from typing import Protocol

from vexil.core.resource import Revision
from vexil.core.snapshot import Snapshot


class Holder(Protocol):
    """One namespace in memory."""

    @property
    def snapshot(self) -> Snapshot:
        """The newest one."""
        ...

    @property
    def epoch(self) -> int:
        """That of the newest commit."""
        ...

    @property
    def newest_epoch(self) -> int:
        """The newest that is heard of here; its first commit may not have arrived yet."""
        ...

    def has_left_behind(self, revision: int, epoch: int) -> bool:
        """Whether a failover took away what was seen at this revision while that was the newest epoch."""
        ...


class Namespaces(Protocol):
    """All namespaces in memory."""

    async def find(self, namespace: str) -> Holder:
        """The namespace. Raises NotFound, Unavailable (NOT_READY)."""
        ...

    async def reach(self, namespace: str, revision: Revision) -> None:
        """Brings in what the log has more, unless this revision is here already."""
        ...

    async def follow(self, namespace: str) -> None:
        """Brings in everything that the log has more when this is called."""
        ...


class Past(Protocol):
    """Old snapshots."""

    async def snapshot(self, namespace: str, revision: Revision) -> Snapshot:
        """The namespace as it was. Raises OutOfRange (REVISION_COMPACTED, REVISION_IN_FUTURE)."""
        ...

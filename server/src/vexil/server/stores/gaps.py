"""What has not arrived yet where a store is copied from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from vexil.core.resource import Revision


@dataclass(frozen=True, slots=True)
class Gap:
    """A namespace whose log is known to go on to `newest`, and of which `missing` is not here.

    What comes after `missing` may be here; it is not shown before `missing` is. `seconds`: so long it has
    been waited for.
    """

    missing: Revision
    newest: Revision
    seconds: float

    @property
    def revisions(self) -> int:
        """How many revisions are not shown."""
        return self.newest - self.missing + 1


@runtime_checkable
class Copied(Protocol):
    """A store that may lag behind another region's."""

    @property
    def gaps(self) -> Mapping[str, Gap]:
        """What each namespace waits for, as of the last look; those that wait for nothing are not in it."""
        ...

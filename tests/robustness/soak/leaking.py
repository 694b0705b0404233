"""The `vexil` command with a fault: `python -m tests.robustness.soak.leaking BYTES serve …`.

Its server keeps so many bytes of each stream that joins. The soak has to notice.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from vexil.core.resource import Revision
from vexil.server.cli import main
from vexil.server.watch.group import Group
from vexil.server.watch.hub import Hub
from vexil.server.watch.selection import Selection

_join = Hub.join


def leak(size: int) -> None:
    """From now on all hubs of this process leak so many bytes per stream."""
    kept: list[bytes] = []

    @contextmanager
    def join(self: Hub, selection: Selection, head: Revision, epoch: int) -> Iterator[Group]:
        kept.append(b"x" * size)
        with _join(self, selection, head, epoch) as group:
            yield group

    Hub.join = join  # type: ignore[method-assign]


if __name__ == "__main__":
    leak(int(sys.argv.pop(1)))
    main()

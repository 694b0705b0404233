"""The `vexil` command, which can be asked for its memory: `python -m tests.robustness.soak.server LEAK …`.

For each line on stdin it writes one to stdout: the bytes that are allocated and not freed, by glibc's count,
and the resident set's. LEAK is a fault: so many bytes are kept of each stream. The soak has to notice.
"""

import ctypes
import gc
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vexil.core.resource import Revision
from vexil.server.cli import main
from vexil.server.watch.group import Group
from vexil.server.watch.hub import Hub
from vexil.server.watch.selection import Selection

_COUNTS = (
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)


class _MallInfo(ctypes.Structure):
    """`struct mallinfo2` of glibc 2.33 and later."""

    _fields_ = [(name, ctypes.c_size_t) for name in _COUNTS]


def _answer() -> None:
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _MallInfo
    page = os.sysconf("SC_PAGE_SIZE")
    for _ in sys.stdin:
        gc.collect()  # garbage is no leak
        found = mallinfo()
        resident = int(Path("/proc/self/statm").read_text().split()[1]) * page
        sys.stdout.write(f"{found.uordblks + found.hblkhd} {resident}\n")
        sys.stdout.flush()


def _leak(size: int) -> None:
    """From now on all hubs of this process keep so many bytes of each stream."""
    kept: list[bytes] = []
    join_without = Hub.join

    @contextmanager
    def join(self: Hub, selection: Selection, head: Revision, epoch: int) -> Iterator[Group]:
        kept.append(b"x" * size)
        with join_without(self, selection, head, epoch) as group:
            yield group

    Hub.join = join  # type: ignore[method-assign]


if __name__ == "__main__":
    if leak := int(sys.argv.pop(1)):
        _leak(leak)
    threading.Thread(target=_answer, daemon=True).start()
    main()

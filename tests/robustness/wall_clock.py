"""A wall clock that jumps, in a server that runs: libfaketime changes what the system says."""

import os
from collections.abc import Mapping
from pathlib import Path

_LIBRARIES = tuple(
    Path(directory) / "faketime" / "libfaketimeMT.so.1"
    for directory in ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib")
)
_CUSTOMIZED = Path(__file__).parent / "under_faketime"


def library() -> Path | None:
    """Where libfaketime is installed (Debian: `faketime`); None where it is not."""
    return next((path for path in _LIBRARIES if path.exists()), None)


class WallClock:
    """The wall clock of one process. The monotonic clock stays as it is, as with a real jump."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set(0)

    @property
    def variables(self) -> Mapping[str, str]:
        """What a process needs in its environment to live by this clock; nothing without the library."""
        preloaded = library()
        if preloaded is None:
            return {}
        return {
            "LD_PRELOAD": str(preloaded),
            "FAKETIME_TIMESTAMP_FILE": str(self._path),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_NO_CACHE": "1",
            "PYTHONPATH": os.pathsep.join([str(_CUSTOMIZED), os.environ.get("PYTHONPATH", "")]).rstrip(
                os.pathsep
            ),
        }

    def set(self, hours: int) -> None:
        """From now on it is so many hours later than it really is, or earlier."""
        fresh = self._path.with_suffix(".fresh")
        fresh.write_text(f"{hours:+d}h\n")
        # A process that reads it meanwhile finds the old time or the new one.
        fresh.replace(self._path)

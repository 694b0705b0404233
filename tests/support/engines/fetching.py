"""Fetching an engine once, for all test processes."""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

_CACHE = Path(__file__).parents[3] / ".cache" / "engines"


def fetched(name: str, pins: Iterable[Path], fetch: Callable[[Path], None]) -> Path:
    """The directory of an engine; `fetch` fills it where it is not there yet, and verifies what it got.

    `pins` are the files that say what is fetched: other contents are another directory. Raises what `fetch`
    raises, and then there is none.
    """
    digest = hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()
    target = _CACHE / f"{name}-{digest[:12]}"
    if target.is_dir():
        return target
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / f"{name}.lock").open("w") as lock:
        # Test processes that start together must not fetch together.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            scratch = target.with_name(f"{target.name}.fetching")
            shutil.rmtree(scratch, ignore_errors=True)
            fetch(scratch)
            scratch.rename(target)
    return target

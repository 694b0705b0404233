"""Templates that are files below one directory."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

from vexil.server.templates.refusals import missing, text_of, too_large, unavailable
from vexil.server.templates.template import MAX_BYTES, Template

_THREADS = 2
_PATIENCE_SECONDS = 3.0


class FileTemplates:
    """Reads files below a directory, anew each time; None: there is no directory, thus no file.

    No name leads out of it: not an absolute one, not by `..`, not by a symbolic link. Links that stay inside
    are followed, since that is how Kubernetes mounts a ConfigMap.
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        # Of its own: a network file system that hangs should hold up nobody else.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="vexil-files")

    async def read(self, name: str) -> Template:
        """The file of that name, relative to the directory; see the port."""
        source = f"file:{name}"
        if self._directory is None:
            raise missing(source, "this server reads no files; `--template-dir` says from where")
        try:
            reading = asyncio.get_running_loop().run_in_executor(self._threads, _read, self._directory, name)
            data = await asyncio.wait_for(reading, _PATIENCE_SECONDS)
        except TimeoutError:
            raise unavailable(source, "the file system does not answer in time") from None
        except OSError as error:
            raise unavailable(source, error.strerror or "the system refuses it") from error
        if data is None:
            raise missing(source, "no such file below the template directory")
        if len(data) > MAX_BYTES:
            raise too_large(source)
        return Template(text_of(data, source), source, sha256(data).hexdigest())

    async def close(self) -> None:
        """Nothing is kept open; what hangs is left alone."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _read(directory: Path, name: str) -> bytes | None:
    """What the file holds, cut after one byte too many; None: there is none there. Raises OSError."""
    try:
        root = directory.resolve(strict=True)
        path = (root / name).resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError, RuntimeError, ValueError):  # a loop of links; a NUL
        return None
    if not path.is_relative_to(root) or not path.is_file():
        return None
    # What was exchanged since then is no link, and a pipe is not waited for.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123  # by its descriptor
        return file.read(MAX_BYTES + 1)

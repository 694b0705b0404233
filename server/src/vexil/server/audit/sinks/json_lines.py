"""Records as lines of JSON in a file."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from vexil.core.errors import Reason, Unavailable, VexilError


class JsonLinesSink:
    """A file that only grows; rotate it to be rid of what is old.

    What is in the file is not written again; a line that broke off in a crash is ended, and counts for
    nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: set[str] = set()
        try:
            self._file = path.open("a+b")
            self._file.seek(0)
            line = b"\n"
            for line in self._file:
                with suppress(ValueError, KeyError, TypeError, RecursionError):
                    self._known.add(json.loads(line)["id"])
            if not line.endswith(b"\n"):
                self._file.write(b"\n")
        except OSError as error:
            raise self._failed(error) from error

    @property
    def name(self) -> str:
        """`jsonl:PATH`."""
        return f"jsonl:{self._path}"

    def write(self, documents: Sequence[Mapping[str, Any]]) -> Mapping[str, VexilError]:
        """On the disk when this returns."""
        new = {each["id"]: each for each in documents if each["id"] not in self._known}
        try:
            for document in new.values():
                self._file.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._failed(error) from error
        self._known.update(new)
        return {}

    def prune(self, now: datetime) -> int:
        """Nothing: what is written stays."""
        del now
        return 0

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _failed(self, error: OSError) -> VexilError:
        return Unavailable(f"{self.name} can't be used: {error.strerror}", reason=Reason.STORE_UNAVAILABLE)

"""Files that a command reads, `-` being standard input."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from vexil.server.cli.usage import UsageError

STDIN = Path("-")

InputFile = Annotated[Path, Parameter(allow_leading_hyphen=True, metavar="FILE|-")]
"""A file to read, or `-`."""


def read_text(path: Path) -> str:
    """All of it, exactly. Raises UsageError when it can't be read or is not UTF-8."""
    try:
        data = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8 text: byte {error.start} is wrong.", "Save it as UTF-8."
        ) from error

"""Files that a command reads, `-` being standard input."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from vexil.core import jsontext
from vexil.core.jsontext import JsonProblem
from vexil.server.cli.usage import UsageError

STDIN_TOKEN = "\0"
"""What stands for a lone hyphen while arguments are parsed, for which a hyphen is an option. No argument of a
process can be this."""

STDIN = Path(STDIN_TOKEN)
"""Standard input as a file."""

InputFile = Annotated[Path, Parameter(metavar="FILE|-")]
"""A file to read, or `-`."""


def mark_stdin(tokens: Sequence[str]) -> list[str]:
    """The arguments with each lone hyphen marked."""
    return [STDIN_TOKEN if token == "-" else token for token in tokens]


def name_of_file(path: Path) -> str:
    """What messages call it."""
    return "stdin" if path == STDIN else str(path)


def read_text(path: Path) -> str:
    """All of it, exactly. Raises UsageError when it can't be read or is not UTF-8."""
    name = name_of_file(path)
    try:
        data = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"{name} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name} is not UTF-8 text: byte {error.start} is wrong.", "Save it as UTF-8."
        ) from error


def read_json_object(path: Path, example: str) -> dict[str, Any]:
    """The JSON object that is all of it. Raises UsageError, with the example, for anything else."""
    try:
        document = jsontext.parse(read_text(path))
    except JsonProblem as problem:
        raise UsageError(f"{name_of_file(path)}: {problem}.") from problem
    if not isinstance(document, dict):
        raise UsageError(f"{name_of_file(path)} holds no JSON object.", f"Write {example}.")
    return document

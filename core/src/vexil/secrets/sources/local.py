"""Secrets that the machine gives the process: files, as mounted ones are, and environment variables."""

import os
from collections.abc import Mapping
from pathlib import Path

from vexil.core.secret_location import Keeper, Location
from vexil.secrets.errors import SecretDenied, SecretNotFound, SecretUnusable
from vexil.secrets.secret import Secret
from vexil.secrets.sources.source import MAX_BYTES


class LocalSource:
    """Files and variables, read anew each time. The newline that ends a file is none of the secret."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables

    def fetch(self, location: Location) -> Secret:
        """The content. Raises SecretNotFound, SecretDenied, SecretUnusable."""
        if location.keeper is Keeper.FILE:
            return Secret(_content(Path(location.name)))
        value = self._variables.get(location.name)
        if value is None:
            raise SecretNotFound(f"there is no environment variable {location.name!r}")
        return Secret(value.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        """Nothing is open."""


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise SecretNotFound(f"there is no file {str(path)!r}")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except PermissionError:
        raise SecretDenied(f"the file {str(path)!r} can't be read by this process's user") from None
    except (OSError, ValueError):
        raise SecretNotFound(f"the file {str(path)!r} can't be read") from None
    if len(content) > MAX_BYTES:
        raise SecretUnusable(f"the file {str(path)!r} has more than {MAX_BYTES} bytes")
    return content.removesuffix(b"\n").removesuffix(b"\r")

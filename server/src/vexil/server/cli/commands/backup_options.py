"""What the commands of `vexil backup` have in common."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from vexil.server.cli.progress import progress_bar
from vexil.server.cli.terminal import Terminal
from vexil.server.cli.usage import UsageError

if TYPE_CHECKING:
    from vexil.server.backup.encryption import Keyring

From = Annotated[
    Path, Parameter(name="--from", env_var="VEXIL_BACKUP_DIR", help="The directory that backups are in.")
]
At = Annotated[
    str | None, Parameter(help="A backup's id, or how it begins. Default: the newest.", negative=())
]

_DAYS = re.compile(r"(\d{1,5})([dw]?)")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class KeyChoices:
    """The key of encrypted backups, in a file; without one they are plain."""

    key_file: Annotated[
        Path | None,
        Parameter(
            env_var="VEXIL_BACKUP_KEY_FILE",
            help="File with a key of 32 bytes or 64 hexadecimal digits (`openssl rand -hex 32`).",
        ),
    ] = None
    passphrase_file: Annotated[
        Path | None,
        Parameter(
            env_var="VEXIL_BACKUP_PASSPHRASE_FILE",
            help="File with a passphrase of 12 or more characters in its first line.",
        ),
    ] = None

    def keyring(self) -> "Keyring | None":
        """What finds the keys; None: none was said. Raises UsageError, InvalidRequest."""
        from vexil.server.backup.encryption import Keyring, Secret  # noqa: PLC0415 - slow to import

        if self.key_file is not None and self.passphrase_file is not None:
            raise UsageError("There are both a key file and a passphrase file.", "Give one of them.")
        if self.key_file is not None:
            return Keyring(Secret.from_key_file(self.key_file))
        if self.passphrase_file is None:
            return None
        try:
            lines = self.passphrase_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.passphrase_file} can't be read as text.") from error
        return Keyring(Secret.from_passphrase(lines[0] if lines else ""))


def days(text: str, option: str) -> int:
    """A number of days: `30`, `30d` or `12w`. Raises UsageError."""
    match = _DAYS.fullmatch(text)
    if match is None:
        raise UsageError(f"{option} {text!r} is no time in days or weeks.", "Say 30, 30d or 12w.")
    return int(match[1]) * (7 if match[2] == "w" else 1)


@contextmanager
def told(terminal: Terminal, doing: str) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for work on one thing after the other, each with a name, what is done and how much there is."""
    with progress_bar(terminal) as bar:
        task = bar.add_task(doing, total=None)

        def tell(name: str, done: int, total: int) -> None:
            bar.update(task, description=f"{doing} {name}", completed=done, total=total)

        yield tell

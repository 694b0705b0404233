"""A directory of backups: one subdirectory for each, which appears under its name when it is complete.

    DIR/20261121T030000000000Z/manifest.json
    DIR/20261121T030000000000Z/0001.data
    DIR/.partial-20261121T040000000000Z/    one that broke off; the next one removes it
    DIR/.lock

Nothing in a backup is ever changed. All files are on the disk before the name is.
"""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vexil.server.backup.content import digest, pack
from vexil.server.backup.encryption import Keys
from vexil.server.backup.failures import BackupDamaged, DirectoryBusy, NoSuchBackup, refused
from vexil.server.backup.manifest import ID, Content, DataFile, Manifest, dump, load
from vexil.server.directories import sync_names

MANIFEST = "manifest.json"

_ID_FORMAT = "%Y%m%dT%H%M%S%fZ"
_PARTIAL, _REMOVED = ".partial-", ".removed-"


class Vault:
    """The backups in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @classmethod
    def existing(cls, directory: Path) -> "Vault":
        """A directory that is there. Raises NoSuchBackup."""
        if not directory.is_dir():
            raise NoSuchBackup(f"there is no directory {directory}")
        return cls(directory)

    def ids(self) -> Sequence[str]:
        """Every complete backup, oldest first."""
        with self._access():
            if not self.directory.is_dir():
                return []
            return sorted(entry.name for entry in self.directory.iterdir() if ID.fullmatch(entry.name))

    def find(self, text: str | None) -> str:
        """The one backup whose id begins so; None: the newest. Raises NoSuchBackup."""
        found = [id for id in self.ids() if text is None or id.startswith(text)]
        if not found:
            what = "no backup" if text is None else f"no backup {text!r}"
            raise NoSuchBackup(f"there is {what} in {self.directory}; `vexil backup list` shows them")
        if text is not None and len(found) > 1:
            raise NoSuchBackup(f"{len(found)} backups begin with {text!r}: {', '.join(found)}")
        return found[-1]

    def leftovers(self) -> Sequence[str]:
        """What broke off, being made or removed; the next `sweep` removes it."""
        with self._access():
            return sorted(
                entry.name
                for entry in self.directory.iterdir()
                if entry.name.startswith((_PARTIAL, _REMOVED))
            )

    def read(self, id: str) -> tuple[Manifest, str]:
        """A backup's manifest and its seal. Raises BackupDamaged."""
        file = f"{id}/{MANIFEST}"
        try:
            manifest, seal = load(self._read(file))
        except ValueError as error:
            raise BackupDamaged(file, str(error)) from error
        if manifest.id != id:
            raise BackupDamaged(file, f"it is that of {manifest.id}")
        return manifest, seal

    def read_file(self, id: str, file: DataFile, keys: Keys | None) -> bytes:
        """What was packed into a data file. Raises BackupDamaged."""
        name = f"{id}/{file.name}"
        content = self._read(name)
        if len(content) != file.size:
            raise BackupDamaged(name, f"it has {len(content):,} bytes instead of {file.size:,}")
        if digest(content) != file.sha256:
            raise BackupDamaged(name, "it differs from what was written")
        if keys is None:
            return content
        try:
            return keys.decrypt(content, file.nonce, name)
        except ValueError as error:
            raise BackupDamaged(name, str(error)) from error

    def require_files(self, manifest: Manifest) -> None:
        """Raises BackupDamaged when a data file is not there in its size. Reads none of them."""
        for section in manifest.sections:
            for file in section.files:
                path = self.directory / manifest.id / file.name
                if not path.is_file() or path.stat().st_size != file.size:
                    raise BackupDamaged(f"{manifest.id}/{file.name}", "it is missing, or has another size")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Makes the directory if need be, and keeps other processes from changing it meanwhile.

        The lock ends with the process, however that ends. Raises DirectoryBusy.
        """
        with self._access():
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(self._lock()):
            yield

    def sweep(self) -> None:
        """Removes what broke off. Only under the lock."""
        for name in self.leftovers():
            with self._access():
                shutil.rmtree(self.directory / name)

    def remove(self, id: str) -> None:
        """Removes a backup, as a whole or not at all. Only under the lock."""
        with self._access():
            aside = self.directory / f"{_REMOVED}{id}"
            (self.directory / id).rename(aside)
            sync_names(self.directory)
            shutil.rmtree(aside)

    def begin(self, now: datetime, keys: Keys | None) -> "Draft":
        """A new backup, later than all others by its id, whatever the clock says. Only under the lock."""
        at = now.astimezone(UTC)
        if ids := self.ids():
            newest = datetime.strptime(ids[-1], _ID_FORMAT).replace(tzinfo=UTC)
            at = max(at, newest + timedelta(microseconds=1))
        return Draft(self.directory, at.strftime(_ID_FORMAT), keys)

    def _lock(self) -> sqlite3.Connection:
        """One of SQLite's, since that is a lock on every system."""
        try:
            lock = sqlite3.connect(self.directory / ".lock", timeout=0, isolation_level=None)
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except BaseException:
                lock.close()
                raise
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise DirectoryBusy(self.directory) from error
            cause = PermissionError(errno.EACCES, "its .lock can't be opened or written")
            raise refused(cause, self.directory) from error
        return lock

    def _read(self, name: str) -> bytes:
        try:
            return (self.directory / name).read_bytes()
        except FileNotFoundError as error:
            raise BackupDamaged(name, "it is missing") from error
        except OSError as error:
            raise BackupDamaged(name, f"it can't be read: {error.strerror}") from error

    @contextmanager
    def _access(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise refused(error, self.directory) from error


class Draft:
    """A backup that is being made. It is one once `complete` returns; `abandon` leaves nothing of it."""

    def __init__(self, directory: Path, id: str, keys: Keys | None) -> None:
        self.id = id
        self._directory = directory
        self._place = directory / f"{_PARTIAL}{id}"
        self._keys = keys
        self._number = 0
        try:
            self._place.mkdir(mode=0o700)
        except OSError as error:
            raise refused(error, directory) from error

    def write(self, content: Content, commits: Sequence[bytes]) -> DataFile:
        """Writes a data file. Raises LimitExceeded when there is no room."""
        self._number += 1
        name = f"{self._number:04}.data"
        nonce, packed = "", pack(commits)
        if self._keys is not None:
            nonce, packed = self._keys.encrypt(packed, f"{self.id}/{name}")
        self._write(name, packed)
        return DataFile(name, content, len(commits), len(packed), digest(packed), nonce)

    def discard(self, files: Sequence[DataFile]) -> None:
        """Removes data files again."""
        for file in files:
            (self._place / file.name).unlink()

    def complete(self, manifest: Manifest) -> None:
        """Writes the manifest, and gives the backup its name."""
        self._write(MANIFEST, dump(manifest, "" if self._keys is None else self._keys.seal(manifest)))
        try:
            sync_names(self._place)
            self._place.rename(self._directory / self.id)
            sync_names(self._directory)
        except OSError as error:
            raise refused(error, self._directory) from error

    def abandon(self) -> None:
        """Removes what was written, as far as the disk lets it."""
        with suppress(OSError):
            shutil.rmtree(self._place)

    def _write(self, name: str, content: bytes) -> None:
        try:
            with (self._place / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise refused(error, self._directory) from error

"""Reading manifests from files and directories."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from vexil.files.document import SUFFIXES, Format, TextFile
from vexil.files.formats.syntax import Position
from vexil.files.manifest import Manifest
from vexil.files.reader import Reader
from vexil.files.source import Source

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Largest file that is read; more than a million plain settings fit."""


def load(
    paths: Iterable[str | os.PathLike[str]], *, namespace: str | None = None, environment: str | None = None
) -> Manifest:
    """Reads files, and directories with all that they hold below, in the order of their names.

    In directories, files that end in `.yaml`, `.yml`, `.json` or `.toml` count; hidden ones do not.
    `namespace` and `environment` stand in where a document names none. Raises ManifestError with
    every problem of every file.
    """
    reader = Reader(namespace, environment)
    for path in map(Path, paths):
        if not path.exists():
            reader.note(Source(str(path)), "no such file or directory")
            continue
        if not path.is_dir():
            _read(path, reader)
            continue
        files = list(_files_below(path))
        if not files:
            reader.note(Source(str(path)), f"holds no file that ends in {', '.join(SUFFIXES)}")
        for file in files:
            _read(file, reader)
    return reader.manifest()


def load_text(
    text: str,
    format: Format,  # noqa: A002  its name for those who call it
    *,
    name: str = "<text>",
    namespace: str | None = None,
    environment: str | None = None,
) -> Manifest:
    """Reads one text, as `load` reads a file; `name` is what messages call it. Raises ManifestError."""
    reader = Reader(namespace, environment)
    reader.read(TextFile(name, text, format))
    return reader.manifest()


def _files_below(directory: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    place = directory.resolve()
    if place in above:
        return  # a link that leads back up
    for path in sorted(directory.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _files_below(path, (*above, place))
        elif path.suffix.lower() in SUFFIXES:
            yield path


def _read(path: Path, reader: Reader) -> None:
    source = Source(str(path))
    format = SUFFIXES.get(path.suffix.lower())  # noqa: A001
    if format is None:
        reader.note(source, f"is no manifest: its name must end in {', '.join(SUFFIXES)}")
        return
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reader.note(source, f"can't be read: {error.strerror}")
        return
    if len(data) > MAX_FILE_BYTES:
        reader.note(source, f"is larger than {MAX_FILE_BYTES} bytes; split it into several files")
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        position = Position.at(before, len(before))
        reader.note(Source(str(path), *position), f"is not UTF-8: byte 0x{data[error.start]:02x}")
        return
    reader.read(TextFile(str(path), text, format))

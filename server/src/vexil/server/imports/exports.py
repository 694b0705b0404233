"""JSON exports of tables, as files.

Taken are plain JSON and DynamoDB's (`{"S": "text"}`): an array of items, what `aws dynamodb scan` prints
(`{"Items": […]}`), one item alone, or JSON lines, as an export to S3 has them (`{"Item": {…}}`); any of them
compressed with gzip.
"""

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from vexil.files.source import FileProblem, ManifestError, Source
from vexil.server.imports.attribute_values import decode_item, is_attribute_value
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.numbers import parse_number
from vexil.server.imports.problem import ImportProblem

MAX_BYTES = 1024 * 1024 * 1024
"""Largest export that is read, uncompressed; one to S3 comes in parts far below."""

_GZIP = b"\x1f\x8b"
_SUFFIXES = (".json", ".jsonl", ".json.gz", ".jsonl.gz", ".gz")
_MANIFEST = "manifest-"
"""Begins the names of an S3 export's own descriptions of itself."""

_CUT_OFF = ("LastEvaluatedKey", "NextToken")
_MAX_DEPTH = 64


def export_files(paths: Iterable[Path]) -> list[Path]:
    """The files, and those in directories and below that look like exports, by name. Raises ManifestError."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        below = sorted(file for file in path.rglob("*") if file.is_file() and _is_export(file.name))
        if not below:
            raise _unreadable(str(path), f"holds no file that ends in {', '.join(_SUFFIXES)}")
        found += below
    return found


def read_export(path: Path) -> Iterator[Item | Broken]:
    """The items of a file. Raises ManifestError where the file as a whole can't be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(str(path), f"can't be read: {error.strerror}") from error
    yield from read_items(str(path), data)


def read_items(name: str, data: bytes) -> Iterator[Item | Broken]:
    """The items of an export; `name` is what messages call it. Raises ManifestError."""
    text = _text(name, _uncompressed(name, data) if data.startswith(_GZIP) else data)
    lines = text.splitlines()
    if _is_lines(lines):
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _line(f"{name}:{number}", line)
        return
    for number, entry in enumerate(_entries(name, _document(name, text))):
        yield _item(f"{name}[{number}]", entry)


def _is_export(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not name.startswith((".", _MANIFEST))


def _uncompressed(name: str, data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            content = file.read(MAX_BYTES + 1)
    except EOFError as error:
        raise _unreadable(name, "is cut off: the gzip stream has no end; copy it again") from error
    except (OSError, zlib.error) as error:
        raise _unreadable(name, "is damaged: its gzip stream can't be read; copy it again") from error
    if len(content) > MAX_BYTES:
        raise _unreadable(name, f"has more than {MAX_BYTES} bytes when uncompressed; split it")
    return content


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        what = f"is not UTF-8: byte 0x{data[error.start]:02x}"
        raise ManifestError([FileProblem(Source(name, line, column), "", what)]) from error


def _is_lines(lines: list[str]) -> bool:
    """Whether each line is a value of its own: the first one is complete, and there is another."""
    written = (line for line in lines if line.strip())
    first = next(written, None)
    if first is None or next(written, None) is None:
        return False
    try:
        json.loads(first, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return False
    return True


def _document(name: str, text: str) -> Any:
    try:
        return _parse(text)
    except json.JSONDecodeError as error:
        place = Source(name, error.lineno, error.colno)
        raise ManifestError([FileProblem(place, "", f"not JSON: {error.msg}")]) from error
    except (ImportProblem, RecursionError) as problem:
        what = str(problem) if isinstance(problem, ImportProblem) else "nested too deep"
        raise _unreadable(name, f"not JSON: {what}") from problem


def _entries(name: str, document: Any) -> list[Any]:
    """The items of a document."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict):
        raise _unreadable(name, "holds neither items nor a list of them")
    if "Items" not in document:
        return [document]
    if any(document.get(mark) for mark in _CUT_OFF):
        raise _unreadable(name, "stops in the middle of the table (LastEvaluatedKey); export all of it")
    if not isinstance(document["Items"], list):
        raise _unreadable(name, "Items must be a list")
    return document["Items"]


def _line(place: str, line: str) -> Item | Broken:
    try:
        return _item(place, _parse(line))
    except json.JSONDecodeError as error:
        return Broken(place, f"is not JSON: {error.msg} at column {error.colno}")
    except ImportProblem as problem:
        return Broken(place, f"is not JSON: {problem}")
    except RecursionError:
        return Broken(place, "is nested too deep")


def _item(place: str, entry: Any) -> Item | Broken:
    if isinstance(entry, dict) and list(entry) == ["Item"]:
        entry = entry["Item"]
    if not isinstance(entry, dict):
        return Broken(place, "is no item, which would be a JSON object")
    if not entry or not all(map(is_attribute_value, entry.values())):
        return Item(place, entry)
    try:
        return Item(place, decode_item(entry))
    except ImportProblem as problem:
        return Broken(place, str(problem))


def _parse(text: str) -> Any:
    """The JSON value, numbers exactly as written. Raises JSONDecodeError, ImportProblem, RecursionError."""
    value = json.loads(
        text,
        object_pairs_hook=_unique,
        parse_float=parse_number,
        parse_int=parse_number,
        parse_constant=_no_constant,
    )
    if _is_deep(value, _MAX_DEPTH):
        raise ImportProblem(f"nested deeper than {_MAX_DEPTH} levels")
    return value


def _is_deep(value: Any, left: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return left == 0 or any(_is_deep(one, left - 1) for one in inner)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ImportProblem(f"the member {twice!r} appears twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ImportProblem(f"{name} is not a JSON number")


def _unreadable(name: str, what: str) -> ManifestError:
    return ManifestError([FileProblem(Source(name), "", what)])

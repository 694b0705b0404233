"""Commits as bytes in a data file, and digests of commits and states.

A data file is compressed (zlib, RFC 1950), and then encrypted or not. In it each commit stands after its
length, as a `vexil.v1.Commit` in its deterministic form.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from google.protobuf.message import DecodeError

from vexil.convert.resources import change_to_proto, commit_from_proto, commit_to_proto
from vexil.core.errors import LimitExceeded, VexilError
from vexil.core.resource import Commit, ResourceChange, ResourceId
from vexil.server.stores.port import Image
from vexil.v1 import resource_pb2

MAX_COMMIT_BYTES = 256 * 1024 * 1024
"""Of one commit in a data file: 16 times what a server takes in a request, unless told otherwise."""

_LENGTH = struct.Struct(">I")
_LEVEL = 6
_PIECE = 1024 * 1024
"""Bytes that are unpacked at once, so that a small file can't fill the memory."""


class Undecodable(ValueError):
    """Bytes that are no commits; the text says what is wrong with them."""


def encode(commit: Commit) -> bytes:
    """The bytes of a commit."""
    return commit_to_proto(commit, stored=True).SerializeToString(deterministic=True)


def encode_like(commit: Commit, wanted: Commit) -> bytes:
    """The bytes of a stored commit, without a seal where the wanted one has none.

    What was backed up before there was an audit chain gets its place in one when it is restored.
    """
    return encode(commit if wanted.seal is not None else replace(commit, seal=None))


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def pack(commits: Sequence[bytes]) -> bytes:
    """The content of a data file. Raises LimitExceeded for a commit that `unpack` would refuse."""
    if any(len(each) > MAX_COMMIT_BYTES for each in commits):
        raise LimitExceeded(f"a commit has more than {MAX_COMMIT_BYTES:,} bytes, the most in a backup")
    return zlib.compress(
        b"".join(part for each in commits for part in (_LENGTH.pack(len(each)), each)), _LEVEL
    )


def unpack(content: bytes, most: int) -> Iterator[Commit]:
    """The commits of a data file, at most so many. Raises Undecodable."""
    plain = _Unpacked(content)
    for _ in range(most):
        head = plain.read(_LENGTH.size)
        if not head:
            return
        (length,) = _LENGTH.unpack(_whole(head, _LENGTH.size))
        if length > MAX_COMMIT_BYTES:
            raise Undecodable(f"a commit in it has more than {MAX_COMMIT_BYTES:,} bytes")
        try:
            yield commit_from_proto(resource_pb2.Commit.FromString(_whole(plain.read(length), length)))
        except (DecodeError, VexilError) as error:
            raise Undecodable("a commit in it can't be decoded") from error
    if plain.read(1):
        raise Undecodable(f"it has more than {most} commits")


class _Unpacked:
    """What was compressed, of which no more is unpacked than is read."""

    def __init__(self, content: bytes) -> None:
        self._packed = content
        self._inflate = zlib.decompressobj()
        self._ready = bytearray()

    def read(self, size: int) -> bytes:
        """The next bytes, less of them at the end. Raises Undecodable."""
        while len(self._ready) < size and not self._inflate.eof:
            try:
                piece = self._inflate.decompress(self._packed, _PIECE)
            except zlib.error as error:
                raise Undecodable("it can't be unpacked") from error
            if not piece and not self._inflate.eof:
                raise Undecodable("it can't be unpacked")
            self._packed = self._inflate.unconsumed_tail
            self._ready += piece
        found = bytes(self._ready[:size])
        del self._ready[:size]
        return found


def _whole(found: bytes, size: int) -> bytes:
    if len(found) < size:
        raise Undecodable("it ends in the middle of a commit")
    return found


class State:
    """The newest change of each resource, as its digest alone, while a log is gone through."""

    def __init__(self) -> None:
        self._newest: dict[ResourceId, bytes] = {}

    def copy(self) -> "State":
        """Another one, which goes on by itself."""
        other = State()
        other._newest.update(self._newest)
        return other

    def take(self, changes: Iterable[ResourceChange]) -> None:
        """Goes on."""
        for change in changes:
            content = change_to_proto(change, stored=True).SerializeToString(deterministic=True)
            self._newest[change.id] = sha256(content).digest()

    @property
    def digest(self) -> str:
        """SHA-256 over all, traces of deletions too, in the order of their ids."""
        whole = sha256()
        for id in sorted(self._newest):
            whole.update(self._newest[id])
        return whole.hexdigest()


def state_digest(image: Image) -> str:
    """The digest of a state that was loaded as a whole."""
    state = State()
    state.take(image.states)
    state.take(image.deleted)
    return state.digest

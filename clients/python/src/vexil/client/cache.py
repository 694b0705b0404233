"""The last state of an environment in a file, for a start without a server.

The file is one line of JSON (format version, fingerprint, revision, number of resources, resume token, length
and SHA-256 of the rest) and the resources as one `vexil.v1.StateChunk`. It is replaced atomically.
"""

import base64
import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import DecodeError

from vexil.client.options import ClientOptions
from vexil.client.rpc.states import states_from_bytes, states_to_bytes
from vexil.core.errors import VexilError
from vexil.core.resource import Revision
from vexil.core.view import View

log = logging.getLogger("vexil.client")

_FORMAT = "vexil-client-cache"
_VERSION = 1


class _Unusable(Exception):
    """The file holds no state that this client can start from; the message says why."""


@dataclass(frozen=True, slots=True)
class SavedState:
    """A state, and the token that continues after it."""

    view: View
    token: bytes


class DiskCache:
    """The file of one client. `load` and `save` block; neither raises."""

    def __init__(self, path: Path, options: ClientOptions) -> None:
        self._path = path
        self._namespace = options.namespace
        self._environment = options.environment
        # Another namespace, environment or selection makes another state, so the file is not ours then.
        what = [options.namespace, options.environment, *sorted(repr(s) for s in options.selectors)]
        self._fingerprint = hashlib.sha256(json.dumps(what).encode()).hexdigest()

    def load(self) -> SavedState | None:
        """The saved state; None, with a warning unless there is no file, when there is none to be used."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("the cache %s can't be read: %s", self._path, error.strerror)
            return None
        try:
            return self._parse(content)
        except _Unusable as reason:
            log.warning("the cache %s is ignored: %s", self._path, reason)
            return None

    def save(self, saved: SavedState) -> bool:
        """Replaces the file; False, with a warning, when that failed and the old file is still there."""
        payload = states_to_bytes(saved.view.states())
        header = {
            "format": _FORMAT,
            "version": _VERSION,
            "fingerprint": self._fingerprint,
            "revision": saved.view.revision,
            "count": len(saved.view),
            "token": base64.b64encode(saved.token).decode(),
            "length": len(payload),
            "sha256": hashlib.sha256(payload).hexdigest(),
        }
        try:
            self._replace(json.dumps(header).encode() + b"\n" + payload)
        except OSError as error:
            log.warning("the cache %s can't be written: %s", self._path, error.strerror)
            return False
        return True

    def _parse(self, content: bytes) -> SavedState:
        line, _, payload = content.partition(b"\n")
        try:
            header = json.loads(line)
            if header["format"] != _FORMAT or header["version"] != _VERSION:
                raise _Unusable("it was written by another release")
            if header["fingerprint"] != self._fingerprint:
                raise _Unusable("it is of another namespace, environment or selection")
            digest = hashlib.sha256(payload).hexdigest()
            if len(payload) != header["length"] or digest != header["sha256"]:
                raise _Unusable("its content does not match its checksum")
            states = states_from_bytes(payload)
            revision = Revision(header["revision"])
            view = View.of(self._namespace, self._environment, revision, states)
            if len(view) != header["count"]:
                raise _Unusable(f"it holds {len(view)} resources, not {header['count']}")
            return SavedState(view, base64.b64decode(header["token"], validate=True))
        except (ValueError, KeyError, TypeError, DecodeError, VexilError) as error:
            raise _Unusable(f"it is damaged ({type(error).__name__})") from error

    def _replace(self, content: bytes) -> None:
        """Writes beside the file and renames, so that a crash leaves the old file or the new one."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        _sync_directory(self._path.parent)


def _sync_directory(path: Path) -> None:
    """Makes a rename last (fsync(2)); where directories can't be opened, the file system has to see to it."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

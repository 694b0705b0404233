"""The last state of an environment in a file, for a start without a server.

The file has a first line with the format, its version and the SHA-256 of all that follows: a line of JSON
(fingerprint, revision, resume token) and the resources as one `vexil.v1.StateChunk`. It is replaced whole.
Sensitive values are not in it: settings that have them are left out, and there is no resume token then.
"""

import base64
import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from google.protobuf.message import DecodeError

from vexil.client.options import ClientOptions
from vexil.client.replica.saved_state import SavedState
from vexil.client.rpc.states import states_from_bytes, states_to_bytes
from vexil.core.errors import VexilError
from vexil.core.resource import Revision
from vexil.core.sensitivity import is_sensitive
from vexil.core.view import View

log = logging.getLogger("vexil.client")

_FORMAT = b"vexil-client-cache 1"


class _Unusable(Exception):
    """The file holds no state that this client can start from; the message says why."""


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
        """Replaces the file; False, with a warning, when that failed and the old file stays."""
        states = [state for state in saved.view.states() if not is_sensitive(state.resource)]
        # What is left out can't be gone on from: then all of the state is asked for anew.
        token = saved.token if len(states) == len(saved.view) else b""
        header = {
            "fingerprint": self._fingerprint,
            "revision": saved.view.revision,
            "token": base64.b64encode(token).decode(),
        }
        body = json.dumps(header).encode() + b"\n" + states_to_bytes(states)
        digest = hashlib.sha256(body).hexdigest().encode()
        try:
            self._replace(_FORMAT + b" " + digest + b"\n" + body)
        except OSError as error:
            log.warning("the cache %s can't be written: %s", self._path, error.strerror)
            return False
        return True

    def _parse(self, content: bytes) -> SavedState:
        first, _, body = content.partition(b"\n")
        name, _, digest = first.rpartition(b" ")
        if name != _FORMAT:
            raise _Unusable("it is no cache of this release")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            raise _Unusable("its content does not match its checksum")
        line, _, payload = body.partition(b"\n")
        try:
            header = json.loads(line)
            if header["fingerprint"] != self._fingerprint:
                raise _Unusable("it is of another namespace, environment or selection")
            revision, token = Revision(int(header["revision"])), base64.b64decode(header["token"])
            states = states_from_bytes(payload)
            view = View.of(self._namespace, self._environment, revision, states)
        except VexilError as error:
            raise _Unusable(error.message) from error
        except (ValueError, LookupError, TypeError, OverflowError, RecursionError, DecodeError) as error:
            raise _Unusable("its content is not what a client writes") from error
        return SavedState(view, token)

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

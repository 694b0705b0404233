"""A client in another language, told what to call.

Each program in `clients/` takes a target and, for TLS, a file of authorities. It reads calls, a JSON object a
line: `path`, `requests` (bytes in base64), `take`: after how many messages it cancels, -1 for never. For each
it prints `{"message": …}` as messages come, then `{"code": …, "details": …}`, whose details are those of
`grpc-status-details-bin`; the code is 0 where it cancelled.
"""

import base64
import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

M = TypeVar("M", bound=Message)

_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended."""

    code: int
    details: bytes

    @property
    def info(self) -> ErrorInfo:
        """The reason, for programs."""
        info = ErrorInfo()
        assert any(detail.Unpack(info) for detail in Status.FromString(self.details).details)
        return info


class Caller:
    """A program that makes one call at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.ended: Ended | None = None

    def call(self, path: str, requests: Sequence[Message], kind: type[M], take: int = -1) -> Iterator[M]:
        """Makes a call; the messages as they come. Afterwards `ended` says how it ended."""
        encoded = [base64.b64encode(request.SerializeToString()).decode() for request in requests]
        assert self._process.stdin is not None
        self.ended = None
        self._process.stdin.write(json.dumps({"path": path, "requests": encoded, "take": take}) + "\n")
        self._process.stdin.flush()
        return self._messages(kind)

    def _messages(self, kind: type[M]) -> Iterator[M]:
        while "message" in (line := self._line()):
            yield kind.FromString(base64.b64decode(line["message"]))
        self.ended = Ended(line["code"], base64.b64decode(line["details"] or ""))

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        assert text, "the client ended"
        line: dict[str, Any] = json.loads(text)
        return line


@contextmanager
def caller(program: Sequence[str], target: str, authorities: Path | None) -> Iterator[Caller]:
    """Runs a client; it ends with the block."""
    command = [*program, target, *([] if authorities is None else [str(authorities)])]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        # A client that hangs is a failure, not a test that never ends.
        enough = threading.Timer(_PATIENCE, process.kill)
        enough.start()
        try:
            yield Caller(process)
        finally:
            enough.cancel()
            process.kill()

"""Streams and calls of the compiled client, each kind in a process of its own."""

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from loadtest.processes import Serving

PATIENCE = 120.0
"""Seconds until an answer that does not come counts as a failure."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method (`/service/Method`) and its request, encoded; `protocol` is what a stream's messages are."""

    method: str
    request: bytes
    protocol: str = "vexil"


@dataclass(frozen=True, slots=True)
class Summary:
    """What all streams have received so far; times are nanoseconds of the monotonic clock.

    `began`: when they began to open. `first`, `latest`: when the first and the latest message came.
    """

    began: int
    first: int
    latest: int
    messages: int
    bytes: int


class Client:
    """The compiled client at work. Raises RuntimeError with its last words when it can't go on."""

    def __init__(
        self, program: Path, command: str, server: Serving, call: Call, *options: str, niceness: int = 0
    ) -> None:
        arguments = ["-target", server.target, "-method", call.method, "-request", call.request.hex()]
        self._process = subprocess.Popen(
            ["nice", "-n", str(niceness), str(program), command, *arguments, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def ask(self, command: str) -> None:
        """Sends a command."""
        assert self._process.stdin
        try:
            self._process.stdin.write(f"{command}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise RuntimeError(self._last_words()) from None

    def hear(self, event: str) -> Mapping[str, Any]:
        """Waits for the next event, which must be this one."""
        assert self._process.stdout
        patience = threading.Timer(PATIENCE, self._process.kill)
        patience.start()
        line = self._process.stdout.readline()
        patience.cancel()
        if not line:
            raise RuntimeError(f"no event {event!r}: {self._last_words()}")
        said: dict[str, Any] = json.loads(line)
        assert said["event"] == event, f"{said['event']} instead of {event}"
        return said

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def _last_words(self) -> str:
        assert self._process.stderr
        self._process.kill()
        return (self._process.stderr.read().strip().splitlines() or ["the client said nothing"])[-1]


class Streams:
    """Open streams. Should one of them end, whatever is asked next fails."""

    def __init__(self, client: Client, count: int) -> None:
        self.count = count
        self.pid = client.pid
        self._client = client
        self.opened = self._summary("opened")

    def reach(self, revision: int) -> Summary:
        """Waits until every stream has all up to the revision."""
        self._client.ask(f"reach {revision}")
        return self._summary("reached")

    def times(self) -> Mapping[int, Sequence[int]]:
        """When each stream had all up to a revision, by that revision, since this was last asked."""
        self._client.ask("times")
        return {int(revision): at for revision, at in self._client.hear("times").get("times", {}).items()}

    def _summary(self, event: str) -> Summary:
        return Summary(**self._client.hear(event)["summary"])


@contextmanager
def open_streams(
    program: Path, server: Serving, call: Call, count: int = 1, connections: int = 1, niceness: int = 0
) -> Iterator[Streams]:
    """That many streams over so many connections, all of them open, until the end of the block.

    `niceness`, up to 19, is by how much others on the same core go first.
    """
    options = ("-protocol", call.protocol, "-streams", str(count), "-connections", str(connections))
    with Client(program, "streams", server, call, *options, niceness=niceness) as client:
        yield Streams(client, count)


class Calls:
    """The same call over and over, on a connection of its own; a stream counts until its first message."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def took(self) -> Sequence[float]:
        """Milliseconds of each call since this was last asked."""
        self._client.ask("took")
        return [nanoseconds / 1e6 for nanoseconds in self._client.hear("took").get("took", [])]


@contextmanager
def calling(program: Path, server: Serving, call: Call) -> Iterator[Calls]:
    """Calls, until the end of the block."""
    with Client(program, "calls", server, call) as client:
        yield Calls(client)

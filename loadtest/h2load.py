"""h2load, the load generator of nghttp2 (https://nghttp2.org), which calls faster than servers answer."""

import re
import resource
import shutil
import statistics
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from loadtest.environments import NotInstallable
from loadtest.processes import Serving, cpu_seconds, family, started_on

_HEADERS = ("--header=content-type: application/grpc", "--header=te: trailers")
_PREFIX = struct.Struct("!BI")  # of a gRPC message: whether it is compressed, and its length
_FINISHED = re.compile(r"finished in ([\d.]+)(us|ms|s),")
_REQUESTS = re.compile(r"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout")
_DATA = re.compile(r"\((\d+)\) data$", re.MULTILINE)
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}


def program() -> str:
    """Where it is installed. Raises NotInstallable with what to do about that."""
    found = shutil.which("h2load")
    if found is None:
        raise NotInstallable("h2load is not installed: apt install nghttp2-client, or https://nghttp2.org")
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one measurement: how many calls, its length, processor time of both ends; times in seconds.

    `took`: microseconds of each call, where that was asked for.
    """

    calls: int
    seconds: float
    server: float
    generator: float
    took: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """One unary call (`/service/Method`), made over and over on `connections` with `in_flight` on each.

    `core` is the generator's; None: any.
    """

    server: Serving
    method: str
    request: bytes
    connections: int = 1
    in_flight: int = 1
    core: int | None = None
    outcomes: list[Outcome] = field(default_factory=list)

    def answer(self) -> bytes:
        """What the server answers, outside of any measurement. Raises grpc.RpcError."""
        with grpc.insecure_channel(self.server.target) as channel:
            call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(self.method)
            return call(self.request, timeout=10)

    def measure(self, seconds: float, timed: bool = False) -> None:
        """Calls for about so long, after a tenth of that to warm up, and adds the outcome."""
        fewest = calls = max(100, self.connections * self.in_flight)
        for share in (0.1, 1.0):
            warm_up = self._ask(calls)
            calls = max(fewest, round(warm_up.calls / warm_up.seconds * seconds * share))
        self.outcomes.append(self._ask(calls, timed=timed))

    def measure_paced(self, rate: int, seconds: float) -> None:
        """Begins `rate` calls a second for so long, whether or not those before are answered."""
        self.outcomes.append(self._ask(max(2, round(rate * seconds)), f"--rps={rate}", timed=True))

    @property
    def rate(self) -> float:
        """Calls a second; the median of the measurements."""
        return statistics.median(outcome.calls / outcome.seconds for outcome in self.outcomes)

    @property
    def cpu(self) -> float:
        """The server's processor time for a call, in µs; the median of the measurements."""
        return statistics.median(outcome.server / outcome.calls * 1e6 for outcome in self.outcomes)

    @property
    def generator_busy(self) -> float:
        """How much of a core the generator used at most, from 0 to 1: near 1 it was the limit."""
        return max(outcome.generator / outcome.seconds for outcome in self.outcomes)

    @property
    def server_busy(self) -> float:
        """How much of a core the server used, the median; below 1 per core it or h2load waited for one."""
        return statistics.median(outcome.server / outcome.seconds for outcome in self.outcomes)

    @property
    def took(self) -> Sequence[int]:
        """Microseconds of each call that was timed, of all measurements."""
        return [each for outcome in self.outcomes for each in outcome.took]

    def _ask(self, calls: int, *options: str, timed: bool = False) -> Outcome:
        least = _PREFIX.size + len(self.answer())
        with tempfile.TemporaryDirectory() as folder:
            data, log = Path(folder, "request"), Path(folder, "log")
            data.write_bytes(_PREFIX.pack(0, len(self.request)) + self.request)
            command = [program(), *_HEADERS, f"--data={data}", f"--requests={calls}", *options]
            command += [f"--clients={self.connections}", f"--max-concurrent-streams={self.in_flight}"]
            command += [f"--log-file={log}"] * timed
            before = self._server_seconds(), _children_seconds()
            with nullcontext() if self.core is None else started_on(self.core):
                url = f"http://{self.server.target}{self.method}"
                done = subprocess.run([*command, url], check=True, capture_output=True, text=True)
            after = self._server_seconds(), _children_seconds()
            took = [int(line.split("\t")[2]) for line in log.read_text().splitlines()] if timed else ()
        # An answer grows with the revision in it, where commits are made meanwhile.
        answers = range(calls * least, calls * (_PREFIX.size + len(self.answer())) + 1)
        server, generator = (b - a for a, b in zip(before, after, strict=True))
        return Outcome(calls, _seconds(done.stdout, calls, answers), server, generator, took)

    def _server_seconds(self) -> float:
        return sum(map(cpu_seconds, family(self.server.pid)))


def _seconds(said: str, calls: int, answers: range) -> float:
    """How long it took. Raises RuntimeError where not every call was answered, with so many bytes in all.

    A call that fails has status 200 in HTTP and no message, or another one.
    """
    finished, requests, data = _FINISHED.search(said), _REQUESTS.search(said), _DATA.search(said)
    if not (finished and requests and data):
        raise RuntimeError(f"h2load: {(said.strip().splitlines() or ['no message'])[-1]}")
    if int(requests[1]) != calls or int(data[1]) not in answers:
        raise RuntimeError(f"of {calls} calls {requests[0]}, with {data[1]} bytes of answers")
    return float(finished[1]) * _SECONDS[finished[2]]


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

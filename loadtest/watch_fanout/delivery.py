"""Changes made one after the other, each once all streams have the one before."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from loadtest.processes import cpu_seconds
from loadtest.watching.streams import Streams
from loadtest.watching.subjects import Subject


@dataclass(frozen=True, slots=True)
class _Outcome:
    events: int
    seconds: float
    server: float
    client: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """A server and the streams that it delivers to, and what came of it."""

    subject: Subject
    streams: Streams
    _times: list[float] = field(default_factory=list)
    _sent: dict[int, int] = field(default_factory=dict)
    _outcomes: list[_Outcome] = field(default_factory=list)

    def measure(self, changes: int) -> None:
        """Makes so many changes."""
        server, client = self.subject.process.pid, self.streams.pid
        before = time.monotonic(), cpu_seconds(server), cpu_seconds(client)
        for _ in range(changes):
            self.deliver()
        after = time.monotonic(), cpu_seconds(server), cpu_seconds(client)
        took = (b - a for a, b in zip(before, after, strict=True))
        self._outcomes.append(_Outcome(changes * self.streams.count, *took))

    def deliver(self) -> None:
        """Makes a change, and waits until every stream has it."""
        sent = time.monotonic_ns()
        revision = self.subject.publish()
        self._sent[revision] = sent
        summary = self.streams.reach(revision)
        self._times.append((summary.latest - sent) / 1e6)

    @property
    def cpu(self) -> float:
        """The server's processor time for one delivered event, commit included, in µs; the median round's."""
        return statistics.median(outcome.server / outcome.events * 1e6 for outcome in self._outcomes)

    @property
    def milliseconds(self) -> float:
        """From the call that makes a change until the last stream has it; the median."""
        return statistics.median(self._times)

    def arrivals(self) -> Sequence[float]:
        """Milliseconds from the call that makes a change until a stream has it, for each of both."""
        sent, times = self._sent, self.streams.times()
        return [
            (at - sent[revision]) / 1e6 for revision in times if revision in sent for at in times[revision]
        ]

    @property
    def client_busy(self) -> float:
        """How much of its core the client used at most, from 0 to 1: near 1 it was the limit."""
        return max(outcome.client / outcome.seconds for outcome in self._outcomes)


def commit_alone(subject: Subject, changes: int) -> float:
    """The server's processor time for a change that nobody watches, in µs."""
    before = cpu_seconds(subject.process.pid)
    for _ in range(changes):
        subject.publish()
    return (cpu_seconds(subject.process.pid) - before) / changes * 1e6

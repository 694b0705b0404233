"""How long a change takes from its one writer to a thousand subscribers: Vexil beside etcd.

Both write to the same disk, and wait until it has the change (fsync). The compiled client holds as many
streams over as many connections to each, and notes when each stream has the change.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.compiled import compiled_client
from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure, percentiles
from loadtest.watching.streams import Streams, open_streams
from loadtest.watching.subjects import Subject, etcd_if_there, vexil

NAME = "watch, propagation"
COMMITS_PER_SECOND = 5


@dataclass(frozen=True, slots=True)
class Written:
    """What was written to a server, by revision: when the call began, and how many ms it took."""

    subject: Subject
    streams: Streams
    sent: dict[int, int] = field(default_factory=dict)
    calls: list[float] = field(default_factory=list)

    def write(self) -> None:
        """Makes a change."""
        begin = time.monotonic_ns()
        revision = self.subject.publish()
        self.calls.append((time.monotonic_ns() - begin) / 1e6)
        self.sent[revision] = begin

    def arrivals(self) -> Sequence[float]:
        """Milliseconds of each change to each stream, once all have the last."""
        self.streams.reach(max(self.sent))
        times = self.streams.times()
        return [(at - begin) / 1e6 for revision, begin in self.sent.items() for at in times[revision]]


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields milliseconds from before the writer's call until it returns, and until subscribers have it.

    Raises NotInstallable where the client can't be built.
    """
    client = compiled_client(console)
    core, other_core = two_cores()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        with started_on(core):
            subjects = [stack.enter_context(vexil(folder / "vexil.db"))]
            subjects += stack.enter_context(etcd_if_there(plan, folder / "etcd", console))
        servers = []
        with started_on(other_core):
            for subject in subjects:
                opening = open_streams(client, subject.process, subject.watch, plan.streams, plan.connections)
                servers.append(Written(subject, stack.enter_context(opening)))
        _write_in_turn(servers, plan, console)
        calls = {server.subject.name: server.calls for server in servers}
        yield from _figures("commit returns", calls)
        arrivals = {server.subject.name: server.arrivals() for server in servers}
        yield from _figures(f"{plan.streams:,} subscribers have it", arrivals)


def _write_in_turn(servers: Sequence[Written], plan: Plan, console: Console) -> None:
    """Each server gets its commits evenly spread, and none together with another's."""
    next_at = time.monotonic()
    rounds = max(2, round(plan.watched_seconds * COMMITS_PER_SECOND))
    for _ in track(range(rounds), "writing in turn", console=console):
        for server in servers:
            time.sleep(max(0.0, next_at - time.monotonic()))
            next_at += 1 / COMMITS_PER_SECOND / len(servers)
            server.write()


def _figures(case: str, times: Mapping[str, Sequence[float]]) -> Iterator[Figure]:
    found = {name: dict(percentiles(series)) for name, series in times.items()}
    for name, values in found.items():
        for percentile, value in values.items():
            ratio = None if name == "etcd" or "etcd" not in found else value / found["etcd"][percentile]
            yield Figure(NAME, case, f"{name}, {percentile}", value, "ms", ratio, f"etcd's {percentile}")

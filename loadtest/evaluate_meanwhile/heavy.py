"""Evaluate while the server has one large piece of work: a commit of many changes, or full states."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.evaluate_meanwhile.figures import beside, when_quiet
from loadtest.evaluate_meanwhile.repeating import repeated
from loadtest.evaluate_peers.request import METHOD, REQUEST, flag, require_on
from loadtest.h2load import Load
from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure
from loadtest.server import Server, Transport, started_server
from loadtest.settings import NAMESPACE, plain_settings
from loadtest.snapshot.filling import fill
from loadtest.watching.streams import open_streams
from loadtest.watching.subjects import subject_of
from vexil.client.rpc import AdminStub, Endpoint, open_channel
from vexil.convert.changes import requested_change_to_proto
from vexil.core.change import Put
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.v1 import admin_service_pb2 as pb

CHANGES = 10_000
SUBSCRIBERS = 10
NEW_STREAMS = 50
CONNECTIONS = 10


def measured(
    transport: Transport, client: Path, plan: Plan, console: Console, load: tuple[int, int]
) -> Iterator[Figure]:
    """Yields how long calls take; `load`: how many begin in a second, and how many are under way at most."""
    rate, in_flight = load
    core, other_core = two_cores()
    with ExitStack() as stack:
        database = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "vexil.db"
        asyncio.run(fill(database, plan.large_settings))
        with started_on(core):
            process = stack.enter_context(started_server(f"sqlite:{database}", transport))
        server = Server(process, AdminStub(stack.enter_context(open_channel(Endpoint(process.target)))))
        revision = server.commit(flag())
        subject = subject_of(server, f"vexil {transport}")

        def come_anew() -> None:
            with (
                started_on(other_core),
                open_streams(
                    client, process, subject.watch, min(plan.streams, NEW_STREAMS), CONNECTIONS, 19
                ) as new,
            ):
                new.reach(revision)

        quiet, full_states, commits = (
            Load(process, METHOD, REQUEST, in_flight=in_flight, core=other_core) for _ in range(3)
        )
        require_on(quiet.answer())
        for _ in track(range(min(3, plan.rounds)), f"full states, {transport}", console=console):
            quiet.measure_paced(rate, plan.call_seconds)
            with repeated(come_anew):
                full_states.measure_paced(rate, plan.call_seconds)
        requests = cycle(_requests(min(CHANGES, plan.large_settings)))
        with started_on(other_core):
            subscribers = open_streams(client, process, subject.watch, SUBSCRIBERS, CONNECTIONS, niceness=19)
            streams = stack.enter_context(subscribers)
        for _ in track(range(min(3, plan.rounds)), f"large commits, {transport}", console=console):
            with repeated(lambda: streams.reach(server.admin.commit(next(requests)).commit.revision)):
                commits.measure_paced(rate, plan.call_seconds)
    count = f"{plan.large_settings:,}"
    yield from when_quiet(subject.name, f"Evaluate when quiet, {count} settings", quiet)
    yield from beside(subject.name, f"{NEW_STREAMS} new streams get {count} settings", quiet, full_states)
    yield from beside(subject.name, f"commits of {CHANGES:,} changes", quiet, commits)


def _requests(changes: int) -> Iterator[pb.CommitRequest]:
    """Two commits of the same settings, each of which undoes the other; made ahead."""
    states = list(plain_settings(changes, 1))
    for tag in ("now", "then"):
        puts = (Put(state.id, Setting(value=Value.of_string(f"{state.id.key} {tag}"))) for state in states)
        yield pb.CommitRequest(namespace=NAMESPACE, changes=map(requested_change_to_proto, puts))

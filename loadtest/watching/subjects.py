"""Servers of streams, watched and written to alike: Vexil, bare ones of grpc.aio and grpc-go, and etcd."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import grpc
from rich.console import Console

from loadtest.environments import NotInstallable
from loadtest.plan import Plan
from loadtest.processes import Serving, running, serving
from loadtest.server import Server, Transport, running_server
from loadtest.settings import ENVIRONMENT, NAMESPACE
from loadtest.watching import etcd
from loadtest.watching.streams import Call
from vexil.core.change import Put
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.v1 import watch_pb2

MESSAGE_BYTES = 300
"""About how long a message is that tells of a change."""

_TEXT_OF_VEXIL = 140
_VALUE_OF_ETCD = 240
_SETTING = ResourceId(Kind.SETTING, ENVIRONMENT, "benchmark")


@dataclass(frozen=True, slots=True)
class Subject:
    """A server that runs. `publish` makes the next change, and returns its revision when it is made."""

    name: str
    process: Serving
    watch: Call
    publish: Callable[[], int]


@contextmanager
def vexil(
    database: Path | None = None, progress_interval: float = 30.0, transport: Transport = "grpc"
) -> Iterator[Subject]:
    """Vexil on a SQLite file, or on memory; streams begin with the full state, of nothing or one setting.

    `progress_interval`: seconds after which a silent stream is told that nothing is missing.
    """
    with running_server(database, transport) as server:
        name = "vexil" if transport == "grpc" else f"vexil {transport}"
        yield subject_of(server, name, progress_interval)


def subject_of(server: Server, name: str, progress_interval: float = 30.0) -> Subject:
    """A server of Vexil's, whose one environment is watched, and one setting there changed."""
    request = watch_pb2.WatchRequest(namespace=NAMESPACE, environment=ENVIRONMENT)
    request.progress_interval.FromMilliseconds(round(1000 * progress_interval))
    watch = Call("/vexil.v1.ConfigService/Watch", request.SerializeToString())
    numbers = count()

    def publish() -> int:
        text = f"{next(numbers):0{_TEXT_OF_VEXIL}}"
        return server.commit(Put(_SETTING, Setting(value=Value.of_string(text))))

    return Subject(name, server.process, watch, publish)


@contextmanager
def bare_aio() -> Iterator[Subject]:
    """`loadtest.watching.bare`, run by this interpreter."""
    with running("loadtest.watching.bare") as process, _bare("bare grpc.aio", process) as subject:
        yield subject


@contextmanager
def bare_go(client: Path) -> Iterator[Subject]:
    """The compiled client's own server."""
    with serving([str(client), "serve"]) as process, _bare("bare grpc-go", process) as subject:
        yield subject


@contextmanager
def _bare(name: str, process: Serving) -> Iterator[Subject]:
    revisions = count(1)
    first = watch_pb2.WatchResponse(resume_token=b"token", revision=0, progress=watch_pb2.Progress())
    with grpc.insecure_channel(process.target) as channel:
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/loadtest.Bare/Publish")

        def publish() -> int:
            message = watch_pb2.WatchResponse(resume_token=b"token", revision=next(revisions))
            message.delta.message = "x" * (MESSAGE_BYTES - message.ByteSize() - 6)
            call(message.SerializeToString())
            return message.revision

        yield Subject(name, process, Call("/loadtest.Bare/Watch", first.SerializeToString()), publish)


@contextmanager
def etcd_if_there(plan: Plan, folder: Path, console: Console) -> Iterator[Sequence[Subject]]:
    """A member of etcd that keeps its data in a folder.

    Nobody where the plan wants no peers, or where etcd is not installed, which the console then says.
    """
    with ExitStack() as stack:
        if not plan.peers:
            yield ()
            return
        try:
            process = stack.enter_context(etcd.running_etcd(folder))
        except NotInstallable as problem:
            console.print(f"etcd left out: {problem}")
            yield ()
            return
        channel = stack.enter_context(grpc.insecure_channel(process.target))
        numbers = count()

        def publish() -> int:
            return etcd.put(channel, f"{next(numbers):0{_VALUE_OF_ETCD}}".encode())

        yield (Subject("etcd", process, etcd.WATCH, publish),)

"""Vexil's server in a process of its own, started as users start it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from loadtest.processes import Serving, running
from loadtest.settings import ENVIRONMENT, NAMESPACE
from vexil.client.rpc import AdminStub, Endpoint, open_channel
from vexil.convert.changes import requested_change_to_proto
from vexil.core.change import Put
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1 import resource_pb2

Transport = Literal["native", "grpc"]


def transports() -> Sequence[Transport]:
    """Those that are installed here; the last is grpc, which always is."""
    return ("grpc",) if find_spec("vexil_native") is None else ("native", "grpc")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with one environment, in which nothing is set."""

    process: Serving
    admin: AdminStub
    namespace: str = NAMESPACE
    environment: str = ENVIRONMENT

    @property
    def target(self) -> str:
        """Where it listens."""
        return self.process.target

    def commit(self, *puts: Put) -> int:
        """Makes these changes at once; returns their revision when they are made."""
        changes = [requested_change_to_proto(put) for put in puts]
        made = self.admin.commit(pb.CommitRequest(namespace=self.namespace, changes=changes))
        return made.commit.revision


@contextmanager
def running_server(
    database: Path | None = None, transport: Transport = "grpc", processes: int = 1
) -> Iterator[Server]:
    """A server on a SQLite file, or on memory, until the end of the block; neither holds anything before.

    More than one of its `processes` need a file.
    """
    store = "memory" if database is None else f"sqlite:{database.absolute()}"
    with (
        started_server(store, transport, processes) as process,
        open_channel(Endpoint(process.target)) as channel,
    ):
        admin = AdminStub(channel)
        environments = {ENVIRONMENT: resource_pb2.Environment()}
        admin.create_namespace(pb.CreateNamespaceRequest(namespace=NAMESPACE, environments=environments))
        yield Server(process, admin)


@contextmanager
def started_server(
    store: str,
    transport: Transport = "grpc",
    processes: int = 1,
    hints: str | None = None,
    authentication: str = "off",
) -> Iterator[Serving]:
    """A server on a store as it is, until the end of the block. `hints`: the Redis that others meet at."""
    place = ("--listen", "127.0.0.1:0", "--store", store)
    how = ("--transport", transport, "--processes", str(processes), "--log-format", "json")
    # Thousands of streams are opened at once here, by one principal, which is not what is measured.
    streams = ("--new-streams-burst", "100000", "--max-streams-per-principal", "100000")
    limits = (*streams, "--keep-revisions", "100000")
    asked = ("--authentication", authentication)
    hinted = () if hints is None else ("--hints", hints)
    with running("vexil.server.cli", "serve", *place, *how, *limits, *asked, *hinted) as process:
        yield process

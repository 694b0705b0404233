"""What it costs to ask who calls: Evaluate with a service key, beside a server that asks nobody.

Both have the same file, so that both hold the same, and the same core in turn; the generator has the other.
The key is bound to one role in one environment, as an application's is. Each call carries it in full, since
the generator compresses no headers.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure
from loadtest.server import Transport, running_server, started_server, transports
from loadtest.server_evaluate.load import Load
from loadtest.server_evaluate.requests import many_flags, single
from loadtest.settings import ENVIRONMENT, NAMESPACE
from vexil.client.rpc import AccessStub, Endpoint, open_channel
from vexil.v1 import access_pb2
from vexil.v1 import access_service_pb2 as pb

NAME = "authenticated"
EVALUATE = "/vexil.v1.ConfigService/Evaluate"


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields calls a second, and the server's processor time for each in µs, without and with a key."""
    core, other_core = two_cores()
    with ExitStack() as stack:
        database = Path(stack.enter_context(tempfile.TemporaryDirectory()), "flags.db")
        admin = _prepared(database)
        loads: dict[Transport, tuple[Load, Load]] = {}
        for transport in transports():
            with started_on(core):
                off, required = (
                    stack.enter_context(
                        started_server(f"sqlite:{database}", transport, authentication=authentication)
                    )
                    for authentication in ("off", "required")
                )
            key = _client_key(required.target, admin)
            loads[transport] = (
                Load(off, EVALUATE, single()),
                Load(required, EVALUATE, single(), authorization=f"Bearer {key}"),
            )
        for _ in track(range(plan.rounds), "asking in turn", console=console):
            for load in (load for pair in loads.values() for load in pair):
                load.measure(plan.call_seconds, other_core)
    for transport, (without, with_key) in loads.items():
        yield from _figures(f"vexil {transport}", without, with_key)


def _prepared(database: Path) -> str:
    """A file with flags, and the key that may do everything in it."""
    with running_server(database) as server:
        server.commit(*many_flags())
    command = [sys.executable, "-m", "vexil.server.cli", "access", "init", "--store", f"sqlite:{database}"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _client_key(target: str, admin: str) -> str:
    scope = access_pb2.Scope(
        namespaces=[NAMESPACE], environments=[ENVIRONMENT], key_prefixes=["*"], kinds=["*"]
    )
    wanted = pb.WantedGrant(role="client", scope=scope)
    with open_channel(Endpoint(target, token=admin)) as channel:
        return AccessStub(channel).create_service_key(pb.CreateServiceKeyRequest(grants=[wanted])).key


def _figures(subject: str, without: Load, with_key: Load) -> Iterator[Figure]:
    case = "Evaluate"
    yield Figure(NAME, case, f"{subject}, nobody is asked", without.rate, "calls/s")
    ratio = with_key.rate / without.rate
    yield Figure(NAME, case, f"{subject}, with a key", with_key.rate, "calls/s", ratio, "nobody is asked")
    case = "Evaluate, CPU"
    yield Figure(NAME, case, f"{subject}, nobody is asked", without.cpu, "µs/call")
    ratio = with_key.cpu / without.cpu
    yield Figure(
        NAME, case, f"{subject}, with a key", with_key.cpu, "µs/call", ratio, "nobody is asked", "≤ 1.1 ×"
    )
    busiest = max(load.generator_busy for load in (without, with_key))
    yield Figure(NAME, f"generator, {subject}", "its core, busy", 100 * busiest, "%")

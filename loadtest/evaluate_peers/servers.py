"""The servers that answer Evaluate: Vexil on either transport, and others that do less."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from rich.console import Console

from loadtest.compiled import compiled_client, empty_tonic
from loadtest.environments import NotInstallable
from loadtest.evaluate_peers.request import flag
from loadtest.plan import Plan
from loadtest.processes import Serving, serving
from loadtest.server import Transport, running_server, transports

NATIVE = "vexil native"

_GRPC_GO = (
    ("grpc-go, JsonLogic", "jsonlogic", 1.3),
    ("grpc-go, empty", "empty", 1.1),
    ("grpc-go, no messages", "no-messages", None),
)
"""Name, what `client evaluate` is told to serve, and aim."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that runs. `evaluates`: it answers with the flag's value, and not with nothing.

    `aim`: how many times as fast as this one the compiled transport ought to be, at least; None: no aim.
    """

    name: str
    process: Serving
    evaluates: bool
    aim: float | None = None


@contextmanager
def vexil(transport: Transport) -> Iterator[Peer]:
    """`vexil serve` with the flag."""
    with running_server(transport=transport) as server:
        server.commit(flag())
        native = transport == "native"
        yield Peer(NATIVE if native else "vexil grpc.aio", server.process, True, None if native else 20.0)


@contextmanager
def all_peers(plan: Plan, console: Console) -> Iterator[Sequence[Peer]]:
    """Every server that can be had here; the console says which can't. Raises NotInstallable without Go."""
    client = str(compiled_client(console))
    with ExitStack() as stack:
        peers = [stack.enter_context(vexil(transport)) for transport in transports()]
        for name, kind, aim in _GRPC_GO:
            process = stack.enter_context(serving([client, "evaluate", kind]))
            peers.append(Peer(name, process, kind == "jsonlogic", aim))
        if plan.peers:
            try:
                process = stack.enter_context(serving([str(empty_tonic(console))]))
                peers.append(Peer("tonic, no messages", process, evaluates=False, aim=0.6))
            except NotInstallable as problem:
                console.print(f"tonic left out: {problem}")
        yield peers

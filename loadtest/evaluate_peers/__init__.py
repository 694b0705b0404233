"""Evaluate beside other servers: grpc-go with a rule, and handlers on grpc-go and tonic that do nothing.

Once with one core for the servers and the other for h2load, and once with both for both. Servers are asked in
turn: many calls under way at once, then one after the other.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, nullcontext

from rich.console import Console
from rich.progress import track

from loadtest.evaluate_peers.request import METHOD, REQUEST, require_on
from loadtest.evaluate_peers.servers import NATIVE, Peer, all_peers
from loadtest.h2load import Load, program
from loadtest.plan import Plan
from loadtest.processes import started_on, two_cores
from loadtest.results import Figure, percentiles

NAME = "evaluate, peers"
ROUNDS = 5
CONNECTIONS, IN_FLIGHT = 8, 32


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields calls a second, processor time of a call, and how long one call takes.

    Raises NotInstallable without h2load or Go.
    """
    program()
    server_core, generator_core = two_cores()
    yield from _measured(plan, console, "pinned", (server_core, generator_core))
    yield from _measured(plan, console, "not pinned", None)


def _measured(plan: Plan, console: Console, how: str, cores: tuple[int, int] | None) -> Iterator[Figure]:
    with ExitStack() as stack:
        with started_on(cores[0]) if cores else nullcontext():
            peers = stack.enter_context(all_peers(plan, console))
        core = cores[1] if cores else None
        many = [Load(peer.process, METHOD, REQUEST, CONNECTIONS, IN_FLIGHT, core) for peer in peers]
        single = [Load(peer.process, METHOD, REQUEST, core=core) for peer in peers]
        for peer, load in zip(peers, many, strict=True):
            if peer.evaluates:
                require_on(load.answer())
        for _ in track(range(min(ROUNDS, plan.rounds)), f"asking servers in turn, {how}", console=console):
            for load in many:
                load.measure(plan.call_seconds)
            for load in single:
                load.measure(plan.call_seconds / 4, timed=True)
    yield from _rates(how, peers, many)
    yield from _waits(how, peers, single)


def _rates(how: str, peers: Sequence[Peer], loads: Sequence[Load]) -> Iterator[Figure]:
    """How fast each is; and Vexil's compiled transport as a multiple of each of the others."""
    case = f"{CONNECTIONS} × {IN_FLIGHT} calls, {how}"
    native = next((load for peer, load in zip(peers, loads, strict=True) if peer.name == NATIVE), None)
    for peer, load in zip(peers, loads, strict=True):
        yield Figure(NAME, case, peer.name, load.rate, "calls/s")
    if native:
        for peer, load in zip(peers, loads, strict=True):
            if load is not native:
                ratio = native.rate / load.rate
                yield Figure(NAME, case, NATIVE, native.rate, "calls/s", ratio, peer.name, _aim(peer, how))
    for peer, load in zip(peers, loads, strict=True):
        if native is None or load is native:
            yield Figure(NAME, f"{case}, CPU", peer.name, load.cpu, "µs/call")
        else:
            ratio = load.cpu / native.cpu
            yield Figure(NAME, f"{case}, CPU", peer.name, load.cpu, "µs/call", ratio, NATIVE, _aim(peer, how))
    for kind in ("server", "h2load"):
        for peer, load in zip(peers, loads, strict=True):
            busy = load.server_busy if kind == "server" else load.generator_busy
            yield Figure(NAME, f"{kind} busy, {how}", peer.name, 100 * busy, "% of a core")


def _aim(peer: Peer, how: str) -> str:
    """What Vexil's compiled transport ought to be of this one's rate, which is this one's time of Vexil's."""
    return f"≥ {peer.aim:g} ×" if peer.aim and how == "pinned" else ""


def _waits(how: str, peers: Sequence[Peer], loads: Sequence[Load]) -> Iterator[Figure]:
    case = f"one call at a time, {how}"
    found = {peer.name: dict(percentiles(load.took)) for peer, load in zip(peers, loads, strict=True)}
    against = "grpc-go, empty"
    for name, values in found.items():
        for percentile in ("p50", "p99"):
            ratio = None if name == against else values[percentile] / found[against][percentile]
            aim = "≤ 1 ×" if name == NATIVE else ""
            value = values[percentile]
            yield Figure(NAME, case, f"{name}, {percentile}", value, "µs", ratio, against, aim)

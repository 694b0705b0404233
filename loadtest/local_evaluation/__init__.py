"""Evaluation in the caller's own process: Vexil's public call beside other services' SDKs.

`cases` says what is evaluated. Every subject stands ready in a process and an environment of its own, and all
are measured in turn, round after round.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from rich.console import Console
from rich.progress import track

from loadtest.environments import NotInstallable, python_for
from loadtest.local_evaluation.flags import flags
from loadtest.local_evaluation.subject import NotSetUp, Subject
from loadtest.local_evaluation.table import figures
from loadtest.plan import Plan
from loadtest.results import Figure
from loadtest.server import running_server

OWN = ("vexil", "vexil_openfeature", "empty")
PEERS = ("eppo", "statsig", "growthbook", "launchdarkly", "unleash", "flagd")
HERE = Path(__file__).parent


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields the median time of a call, in µs, for each flag, kind of call and SDK."""
    with ExitStack() as stack:
        server = stack.enter_context(running_server())
        server.commit(*flags(server.environment))
        environ = {"VEXIL_TARGET": server.target}
        subjects = []
        for name in OWN:
            subject = Subject(name, Path(sys.executable), plan.seconds, environ)
            subjects.append(stack.enter_context(closing(subject)))
        peers = [_peer(name, plan, console) for name in PEERS] if plan.peers else []
        subjects += [stack.enter_context(closing(peer)) for peer in peers if peer is not None]
        _measure(subjects, plan, console)
        yield from figures({subject.name: subject for subject in subjects})


def _peer(name: str, plan: Plan, console: Console) -> Subject | None:
    """The peer, ready to be measured; None, and the console says why, when it can't be."""
    try:
        python = python_for(name, HERE / "subjects" / f"{name}.txt", console)
        return Subject(name, python, plan.seconds, {})
    except (NotInstallable, NotSetUp) as problem:
        console.print(f"{name} left out: {problem}")
        return None


def _measure(subjects: list[Subject], plan: Plan, console: Console) -> None:
    """Rounds in which all take turns; a peer that ends meanwhile is taken off the list."""
    description = f"measuring {len(subjects)} subjects in turn"
    for _ in track(range(plan.rounds), description, console=console):
        for subject in list(subjects):
            try:
                subject.measure()
            except NotSetUp as problem:
                if subject.name in OWN:
                    raise
                console.print(f"{subject.name} left out: {problem}")
                subjects.remove(subject)

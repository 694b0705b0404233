"""The bridge to Amazon Connect on Lambda's own runtime: cold starts, calls, memory, many at once.

Caller, emulator, runtime and server share the machine's cores; a trivial function shows what the first three
take.
"""

from collections.abc import Iterator

from rich.console import Console

from loadtest.bridge import cold, sandboxes, warm
from loadtest.bridge.setting import runtime_is_here
from loadtest.contact_flows.requests import contact_centre
from loadtest.environments import NotInstallable
from loadtest.plan import Plan
from loadtest.results import Figure
from loadtest.server import running_server, transports


def run(plan: Plan, console: Console) -> Iterator[Figure]:
    """Yields milliseconds, megabytes, and calls a second, in live mode and in snapshot mode."""
    problem = runtime_is_here()
    if problem:
        raise NotInstallable(problem)
    with running_server(transport=transports()[0]) as server:
        server.commit(*contact_centre())
        console.print("starting functions …")
        yield from cold.figures(plan, server.target)
        console.print("invoking them …")
        yield from warm.figures(plan, server.target)
        console.print("many at once …")
        yield from sandboxes.figures(plan, server)

"""`vexil convergence`."""

import time
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vexil.server.cli.exits import Exit
from vexil.server.cli.render.convergence import convergence_lines
from vexil.server.cli.render.messages import document
from vexil.server.cli.session import Injected, Session
from vexil.v1 import admin_service_pb2 as admin_pb

_POLL_SECONDS = 0.25


def convergence(
    *,
    revision: Annotated[
        int | None, Parameter(validator=Number(gte=1), help="The revision. Default: the newest.")
    ] = None,
    service: Annotated[str, Parameter(help="Only this service. Default: all.")] = "",
    wait: Annotated[
        bool, Parameter(negative=(), help="Wait until all have applied it, or one has refused it.")
    ] = False,
    wait_timeout: Annotated[
        float, Parameter(validator=Number(gte=0), help="Longest --wait, in seconds.")
    ] = 60.0,
    session: Injected,
) -> int:
    """Show which subscribers have applied a revision, or wait for them.

    For each service: how many have applied it, lag behind or have refused it, and how long it took from the
    commit until half of them (P50), 99 of 100 and the last one had applied it. Then those who have not.
    With --wait the exit code is 0 when all have, 8 when one has refused it, and 5 when the time is over.
    """
    request = admin_pb.GetConvergenceRequest(
        namespace=session.namespace, environment=session.environment, revision=revision, service=service
    )
    code = _wait(session, request, wait_timeout) if wait else Exit.OK
    _show(session, session.call(session.admin.get_convergence, request))
    return code


def _wait(session: Session, request: admin_pb.GetConvergenceRequest, seconds: float) -> Exit:
    """Asks again and again; the exit code. From the first answer on, `request` is about one revision."""
    deadline = time.monotonic() + seconds
    request.summary_only = True
    with _progress(session) as progress:
        task = progress.add_task("Waiting")
        while True:
            answer = session.call(session.admin.get_convergence, request)
            request.revision = answer.revision
            applied = sum(each.applied for each in answer.services)
            known = sum(each.applied + each.lagging + each.rejected for each in answer.services)
            what = f"Revision {answer.revision} applied"
            progress.update(task, description=what, completed=applied, total=known)
            is_refused = any(each.rejected for each in answer.services)
            if answer.converged or is_refused or time.monotonic() >= deadline:
                break
            time.sleep(_POLL_SECONDS)
    request.summary_only = False
    if answer.converged:
        return Exit.OK
    if is_refused:
        return Exit.REJECTED
    session.terminal.note(
        f"{known - applied} of {known} subscribers have not applied revision {answer.revision} "
        f"after {seconds:g} s."
    )
    return Exit.UNAVAILABLE


def _progress(session: Session) -> Progress:
    console = session.terminal.error_console
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _show(session: Session, answer: admin_pb.GetConvergenceResponse) -> None:
    if session.terminal.structured:
        session.terminal.data(document(answer))
    elif answer.services:
        session.terminal.show(*convergence_lines(answer, f"{session.namespace}/{session.environment}"))
    else:
        session.terminal.note(f"Nobody is known to subscribe to {session.namespace}/{session.environment}.")

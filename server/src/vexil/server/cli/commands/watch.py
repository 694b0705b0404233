"""`vexil watch`."""

from collections.abc import Iterable
from typing import Annotated

from cyclopts import Parameter

from vexil.convert.resources import state_from_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.errors import VexilError
from vexil.core.resource import Revision
from vexil.core.selector import Selector
from vexil.core.view import View
from vexil.server.cli.following import Followed, Follower
from vexil.server.cli.parameters import KindFilter
from vexil.server.cli.pipes import on_reader_gone
from vexil.server.cli.render.steps import step_document, step_lines
from vexil.server.cli.render.text import counted
from vexil.server.cli.selection import selector_of
from vexil.server.cli.session import Injected, Session
from vexil.v1 import config_service_pb2 as config_pb


def watch(
    *patterns: Annotated[
        str, Parameter(help="Keys, or prefixes with a star: `checkout.*`. None: everything.")
    ],
    kind: KindFilter = None,
    tag: Annotated[str | None, Parameter(help="Only settings and segments with this tag.")] = None,
    from_revision: Annotated[
        int | None, Parameter(help="Begin with the changes after this revision. Default: with the next one.")
    ] = None,
    count: Annotated[int | None, Parameter(help="End after so many commits. Default: never.")] = None,
    session: Injected,
) -> None:
    """Show changes as they happen.

    Inherited ones are among them. It goes on by itself when the connection breaks, without a gap; Ctrl-C ends
    it. With --output json each commit is one JSON object on one line.
    """
    selectors = [selector_of(pattern, kind, tag) for pattern in patterns or ("*",)]
    start = None if from_revision is None else _state_at(session, selectors, from_revision)
    follower = Follower(session, selectors, lambda error, pause: _tell_retry(session, error, pause), start)
    on_reader_gone(session.terminal.out, follower.stop)
    seen = 0
    try:
        for step in follower.steps():
            seen += _show(session, step, is_first=step.update.old is None)
            if count is not None and seen >= count:
                break
    except KeyboardInterrupt:
        pass
    finally:
        follower.stop()


def _show(session: Session, step: Followed, *, is_first: bool) -> bool:
    """Writes what the step changed; whether it changed anything."""
    if is_first:
        view = step.update.new
        session.terminal.note(
            f"Watching {counted(len(view), 'resource')} of {view.namespace}/{view.environment} "
            f"from revision {view.revision}."
        )
        return False
    changes = list(step.update.changes())
    if not changes:
        return False
    if session.terminal.structured:
        session.terminal.record(step_document(step, changes))
    else:
        session.terminal.show(*step_lines(step, changes))
        session.terminal.out.flush()
    return True


def _tell_retry(session: Session, error: VexilError | None, pause: float) -> None:
    why = "The server ended the stream" if error is None else error.message
    session.terminal.note(f"{why}; trying again in {pause:.1f} s.")


def _state_at(session: Session, selectors: Iterable[Selector], revision: int) -> View:
    """What the selectors chose at a revision: what the changes after it start from."""
    states = {}
    for selector in selectors:
        request = config_pb.ListRequest(
            namespace=session.namespace,
            environment=session.environment,
            selector=selector_to_proto(selector),
            at_revision=revision,
        )
        for page in session.pages(session.config.list, request):
            for message in page.resources:
                state = state_from_proto(message)
                states[state.id.kind, state.id.key] = state
    return View.of(session.namespace, session.environment, Revision(revision), states.values())

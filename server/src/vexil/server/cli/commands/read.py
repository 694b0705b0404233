"""`vexil get` and `vexil list`."""

from collections.abc import Callable, Sequence
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from vexil.convert.resources import kind_to_proto, state_from_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.resource import Kind, ResourceState
from vexil.core.setting import Setting
from vexil.server.cli.parameters import AtRevision, KindChoice, KindFilter
from vexil.server.cli.render.details import details
from vexil.server.cli.render.messages import document, merged
from vexil.server.cli.render.resources import kind_name, summary
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.render.values import raw
from vexil.server.cli.selection import selector_of
from vexil.server.cli.session import Injected, Session
from vexil.server.cli.usage import UsageError
from vexil.v1 import config_service_pb2 as config_pb


def get(
    key: str,
    /,
    *,
    kind: KindChoice = Kind.SETTING,
    at_revision: AtRevision = None,
    raw_value: Annotated[
        bool, Parameter(name="--raw", negative=(), help="Print a plain setting's value and nothing else.")
    ] = False,
    session: Injected,
) -> None:
    """Show one resource of an environment, with where it comes from."""
    response = session.call(
        session.config.get,
        config_pb.GetRequest(
            namespace=session.namespace,
            environment=session.environment if kind.in_environment else "",
            kind=kind_to_proto(kind),
            key=key,
            at_revision=at_revision,
        ),
    )
    state = state_from_proto(response.state)
    if raw_value:
        if not isinstance(state.resource, Setting) or state.resource.value is None:
            raise UsageError(
                f"{key!r} is no plain setting, so that it has no single value.",
                f"`vexil evaluate {key}` gives the value for a context.",
            )
        session.terminal.text.write(raw(state.resource.value) + "\n")
    elif session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(*details(state))


def list_resources(
    pattern: Annotated[str | None, Parameter(help="A key, or a prefix with a star: `checkout.*`.")] = None,
    /,
    *,
    kind: KindFilter = None,
    tag: Annotated[str | None, Parameter(help="Only settings and segments with this tag.")] = None,
    at_revision: AtRevision = None,
    session: Injected,
) -> None:
    """List what an environment has, its own and inherited."""
    show_selected(
        session, pattern, kind, tag, at_revision, shown=_resources_table, otherwise="Nothing there."
    )


def show_selected(
    session: Session,
    pattern: str | None,
    kind: Kind | None,
    tag: str | None,
    at_revision: int | None,
    *,
    shown: Callable[[Sequence[ResourceState]], Table],
    otherwise: str,
) -> None:
    """Writes what is selected of an environment, as `shown` shows it; or says `otherwise`."""
    request = config_pb.ListRequest(
        namespace=session.namespace,
        environment=session.environment if kind is None or kind.in_environment else "",
        selector=selector_to_proto(selector_of(pattern, kind, tag)),
        at_revision=at_revision,
    )
    pages = list(session.pages(session.config.list, request))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    states = [state_from_proto(message) for page in pages for message in page.resources]
    if states:
        session.terminal.show(shown(states))
    else:
        session.terminal.note(otherwise)


def _resources_table(states: Sequence[ResourceState]) -> Table:
    return table(
        ("KIND", "KEY", "VALUE", "FROM", "VERSION", "REVISION"),
        (
            (
                kind_name(state.id.kind),
                printable(state.id.key),
                summary(state.resource),
                state.id.environment,
                str(state.version),
                str(state.revision),
            )
            for state in states
        ),
    )

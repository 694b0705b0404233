"""`vexil connect flow list` and `show`."""

from typing import Annotated

from cyclopts import Parameter

from vexil.core.resource import Kind
from vexil.server.cli.commands.read import get, show_selected
from vexil.server.cli.parameters import AtRevision
from vexil.server.cli.render.flows import flows_table
from vexil.server.cli.session import Injected


def list_flows(
    pattern: Annotated[str | None, Parameter(help="A flow's id, or a prefix with a star: `main-*`.")] = None,
    /,
    *,
    at_revision: AtRevision = None,
    session: Injected,
) -> None:
    """List an environment's contact flows, its own and inherited."""
    show_selected(
        session,
        pattern,
        Kind.FLOW_CONFIGURATION,
        None,
        at_revision,
        shown=flows_table,
        otherwise="There is no flow.",
    )


def show(flow_id: str, /, *, at_revision: AtRevision = None, session: Injected) -> None:
    """Show a contact flow's configuration, with where it comes from."""
    get(flow_id, kind=Kind.FLOW_CONFIGURATION, at_revision=at_revision, session=session)

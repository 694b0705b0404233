"""`vexil connect flow list` and `show`."""

from typing import Annotated

from cyclopts import Parameter

from vexil.convert.resources import state_from_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.resource import Kind
from vexil.server.cli.commands.read import get
from vexil.server.cli.parameters import AtRevision
from vexil.server.cli.render.flows import flows_table
from vexil.server.cli.render.messages import merged
from vexil.server.cli.selection import selector_of
from vexil.server.cli.session import Injected
from vexil.v1 import config_service_pb2 as config_pb


def list_flows(
    pattern: Annotated[str | None, Parameter(help="A flow's id, or a prefix with a star: `main-*`.")] = None,
    /,
    *,
    at_revision: AtRevision = None,
    session: Injected,
) -> None:
    """List an environment's contact flows, its own and inherited."""
    request = config_pb.ListRequest(
        namespace=session.namespace,
        environment=session.environment,
        selector=selector_to_proto(selector_of(pattern, Kind.FLOW_CONFIGURATION, None)),
        at_revision=at_revision,
    )
    pages = list(session.pages(session.config.list, request))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    states = [state_from_proto(message) for page in pages for message in page.resources]
    if states:
        session.terminal.show(flows_table(states))
    else:
        session.terminal.note("There is no flow.")


def show(flow_id: str, /, *, at_revision: AtRevision = None, session: Injected) -> None:
    """Show a contact flow's configuration, with where it comes from."""
    get(flow_id, kind=Kind.FLOW_CONFIGURATION, at_revision=at_revision, session=session)

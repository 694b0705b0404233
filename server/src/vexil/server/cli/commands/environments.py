"""`vexil env`."""

from typing import Annotated

from cyclopts import App, Parameter

from vexil.convert.resources import commit_to_proto, state_from_proto
from vexil.core.change import Change, Delete, Put, VersionIs
from vexil.core.resource import Environment, Kind, ResourceId, Version
from vexil.server.cli.commits import commit
from vexil.server.cli.parameters import CommitMessage
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.trees import EnvironmentLine, environment_tree
from vexil.server.cli.session import Injected, Session
from vexil.v1 import admin_service_pb2 as admin_pb

app = App(name="env", help="Show, create and delete environments.")


@app.command(name="list")
def list_environments(*, session: Injected) -> None:
    """Show the namespace's environments as a tree: children inherit what they don't set."""
    response = session.call(
        session.admin.list_environments, admin_pb.ListEnvironmentsRequest(namespace=session.namespace)
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
        return
    if not response.environments:
        session.terminal.note("There is no environment. `vexil env create NAME` makes one.")
        return
    lines = [
        EnvironmentLine(
            summary.state.id.key,
            environment,
            summary.own_count,
            summary.effective_count,
        )
        for summary in response.environments
        if isinstance(environment := state_from_proto(summary.state).resource, Environment)
    ]
    session.terminal.show(environment_tree(session.namespace, lines))


@app.command
def create(
    name: str,
    /,
    *,
    parent: Annotated[str | None, Parameter(help="The environment to inherit from. Default: none.")] = None,
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    production: Annotated[bool, Parameter(negative=(), help="It serves real users.")] = False,
    approval_required: Annotated[bool, Parameter(negative=(), help="Its changes need approval.")] = False,
    message: CommitMessage = "",
    session: Injected,
) -> None:
    """Create an environment."""
    id = ResourceId(Kind.ENVIRONMENT, "", name)
    environment = Environment(parent, description, production, approval_required)
    _commit(
        session, Put(id, environment), f"Created the environment {name}", message, [VersionIs(id, Version(0))]
    )


@app.command
def delete(name: str, /, *, message: CommitMessage = "", session: Injected) -> None:
    """Delete an environment that holds nothing and has no children."""
    id = ResourceId(Kind.ENVIRONMENT, "", name)
    _commit(session, Delete(id), f"Deleted the environment {name}", message, [])


def _commit(
    session: Session, change: Change, what: str, message: str, preconditions: list[VersionIs]
) -> None:
    made = commit(session, [change], preconditions, message=message)
    if session.terminal.structured:
        session.terminal.data({"commit": document(commit_to_proto(made))})
    else:
        session.terminal.show(f"{what} (revision {made.revision}).")

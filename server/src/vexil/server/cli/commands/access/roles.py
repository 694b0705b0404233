"""`vexil access role`."""

from typing import Annotated

from cyclopts import App, Parameter

from vexil.convert.access import VERBS
from vexil.core.access.verb import Verb
from vexil.server.cli.commands.access.scopes import verbs_text
from vexil.server.cli.parameters import CommitMessage
from vexil.server.cli.render.messages import document, merged
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.v1 import access_pb2
from vexil.v1 import access_service_pb2 as pb

app = App(name="role", help="List, write and delete roles.")


@app.command(name="list")
def list_roles(*, session: Injected) -> None:
    """List roles, those built in first."""
    pages = list(session.pages(session.access.list_roles, pb.ListRolesRequest()))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    session.terminal.show(
        table(
            ("NAME", "VERBS", "DESCRIPTION"),
            (
                (printable(each.name), verbs_text(list(each.role.verbs)), printable(each.role.description))
                for page in pages
                for each in page.roles
            ),
        )
    )


@app.command
def put(
    name: str,
    /,
    *,
    verb: Annotated[tuple[Verb, ...], Parameter(negative=(), help="What it allows, any number of times.")],
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    message: CommitMessage = "",
    session: Injected,
) -> None:
    """Write a custom role, new or in place of another."""
    role = access_pb2.Role(verbs=[VERBS.numbers[each] for each in verb], description=description)
    response = session.call(session.access.put_role, pb.PutRoleRequest(name=name, role=role, message=message))
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Wrote the role {printable(name)}.")


@app.command
def delete(name: str, /, *, message: CommitMessage = "", session: Injected) -> None:
    """Delete a custom role. Its bindings allow nothing from then on."""
    response = session.call(session.access.delete_role, pb.DeleteRoleRequest(name=name, message=message))
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Deleted the role {printable(name)}.")

"""`vexil access user`."""

from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter

from vexil.server.cli.commands.access.scopes import time_text
from vexil.server.cli.parameters import CommitMessage, Yes
from vexil.server.cli.render.messages import document, merged
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.v1 import user_service_pb2 as pb

app = App(name="user", help="Invite, list and delete users: people who log in with a password.")


@app.command
def invite(
    name: str,
    /,
    *,
    description: Annotated[str, Parameter(help="For people.")] = "",
    session: Injected,
) -> None:
    """Print an invitation, once, with which NAME chooses a password, the first or another one."""
    request = pb.InviteUserRequest(name=name, description=description, request_id=str(uuid4()))
    response = session.call(session.users.invite_user, request)
    if session.terminal.structured:
        session.terminal.data(document(response))
        return
    until = time_text(response, "expires_at")
    session.terminal.note(f"For `vexil login {printable(name)} --invitation …`, once, until {until}:")
    session.terminal.show(response.invitation)


@app.command(name="list")
def list_users(*, session: Injected) -> None:
    """List users."""
    pages = list(session.pages(session.users.list_users, pb.ListUsersRequest()))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    users = [each for page in pages for each in page.users]
    if not users:
        session.terminal.note("There is no user. `vexil access user invite NAME` invites one.")
        return
    rows = (
        (
            printable(each.name),
            "yes" if each.signed_up else "no",
            time_text(each, "invited_until"),
            str(each.sessions),
            printable(each.description),
        )
        for each in users
    )
    session.terminal.show(table(("NAME", "SIGNED UP", "INVITED UNTIL", "SESSIONS", "DESCRIPTION"), rows))


@app.command
def delete(name: str, /, *, message: CommitMessage = "", yes: Yes = False, session: Injected) -> None:
    """Delete a user, with sessions and bindings."""
    if not yes and not session.terminal.confirm(f"The user {name!r} loses all access. Go on?"):
        session.terminal.note("Nothing was changed.")
        return
    response = session.call(session.users.delete_user, pb.DeleteUserRequest(name=name, message=message))
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Deleted the user {printable(name)}.")

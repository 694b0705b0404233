"""`vexil access binding`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from cyclopts import App, Parameter

from vexil.convert.wellknown import fill_time
from vexil.server.cli.commands.access.scopes import ScopeChoices, scope_text, time_text
from vexil.server.cli.parameters import CommitMessage
from vexil.server.cli.render.messages import document, merged
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.v1 import access_pb2
from vexil.v1 import access_service_pb2 as pb

app = App(name="binding", help="List, write and delete bindings: roles given to someone.")


@app.command(name="list")
def list_bindings(
    *, subject: Annotated[str, Parameter(help="Only those of this subject.")] = "", session: Injected
) -> None:
    """List bindings."""
    request = pb.ListRoleBindingsRequest(subject=subject)
    pages = list(session.pages(session.access.list_role_bindings, request))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    bindings = [each for page in pages for each in page.role_bindings]
    if not bindings:
        session.terminal.note("There is no binding that you may see.")
        return
    session.terminal.show(
        table(
            ("NAME", "SUBJECT", "ROLE", "IN", "EXPIRES"),
            (
                (
                    printable(each.name),
                    printable(each.role_binding.subject),
                    printable(each.role_binding.role),
                    scope_text(each.role_binding.scope),
                    time_text(each.role_binding, "expires_at"),
                )
                for each in bindings
            ),
        )
    )


@app.command
def put(
    name: str,
    /,
    *,
    subject: Annotated[
        str,
        Parameter(
            help="Who: key:ID, user:NAME, cert:IDENTITY, oidc:PROVIDER/SUB, oidc-group:PROVIDER/GROUP."
        ),
    ],
    role: Annotated[str, Parameter(help="What they may do.")],
    scope: ScopeChoices = ScopeChoices(),  # noqa: B008 - immutable
    expires_in: Annotated[
        timedelta | None, Parameter(help="For how long, such as 8h. Default: until it is deleted.")
    ] = None,
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    message: CommitMessage = "",
    session: Injected,
) -> None:
    """Give a role to someone, by a binding that is new or in place of another."""
    binding = access_pb2.RoleBinding(
        subject=subject, role=role, scope=scope.message(), description=description
    )
    if expires_in is not None:
        fill_time(binding.expires_at, datetime.now(UTC) + expires_in)
    response = session.call(
        session.access.put_role_binding,
        pb.PutRoleBindingRequest(name=name, role_binding=binding, message=message),
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Wrote the binding {printable(name)}.")


@app.command
def delete(name: str, /, *, message: CommitMessage = "", session: Injected) -> None:
    """Take a role away from someone."""
    response = session.call(
        session.access.delete_role_binding, pb.DeleteRoleBindingRequest(name=name, message=message)
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Deleted the binding {printable(name)}.")

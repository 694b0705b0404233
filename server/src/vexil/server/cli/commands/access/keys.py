"""`vexil access key`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import uuid4

from cyclopts import App, Parameter

from vexil.convert.wellknown import fill_duration, fill_time
from vexil.server.cli.commands.access.scopes import ScopeChoices, scope_text, time_text
from vexil.server.cli.parameters import CommitMessage, Yes
from vexil.server.cli.render.messages import document, merged
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.v1 import access_service_pb2 as pb

app = App(name="key", help="Make, list, rotate and revoke service keys.")


@app.command
def create(
    *,
    role: Annotated[
        str,
        Parameter(help="What it may do: admin, editor, approver, auditor, viewer, client, or another role."),
    ],
    scope: ScopeChoices = ScopeChoices(),  # noqa: B008 - immutable
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    expires_in: Annotated[
        timedelta | None, Parameter(help="For how long it is accepted, such as 90d. Default: until revoked.")
    ] = None,
    session: Injected,
) -> None:
    """Make a service key and print it, once."""
    request = pb.CreateServiceKeyRequest(
        description=description,
        grants=[pb.WantedGrant(role=role, scope=scope.message())],
        request_id=str(uuid4()),
    )
    if expires_in is not None:
        fill_time(request.expires_at, datetime.now(UTC) + expires_in)
    response = session.call(session.access.create_service_key, request)
    _tell(session, response, f"The key {response.summary.id}. It is shown this once and kept nowhere:")


@app.command(name="list")
def list_keys(*, session: Injected) -> None:
    """List service keys, without their secrets."""
    pages = list(session.pages(session.access.list_service_keys, pb.ListServiceKeysRequest()))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    keys = [key for page in pages for key in page.service_keys]
    if not keys:
        session.terminal.note("There is no service key that you may see.")
        return
    session.terminal.show(
        table(
            ("ID", "MAY", "EXPIRES", "LAST USED", "DESCRIPTION"),
            (
                (
                    key.id,
                    "; ".join(
                        printable(each.role_binding.role) + f" in {scope_text(each.role_binding.scope)}"
                        for each in key.bindings
                    ),
                    time_text(key.service_key, "expires_at"),
                    time_text(key, "last_used_at"),
                    printable(key.service_key.description),
                )
                for key in keys
            ),
        )
    )


@app.command
def rotate(
    id: str,
    /,
    *,
    overlap: Annotated[
        timedelta, Parameter(help="How long the secret so far is accepted as well, such as 1h or 7d.")
    ] = timedelta(days=1),
    session: Injected,
) -> None:
    """Give a service key a new secret and print it, once. Its id and what it may do stay."""
    request = pb.RotateServiceKeyRequest(id=id, request_id=str(uuid4()))
    fill_duration(request.overlap, overlap.total_seconds())
    response = session.call(session.access.rotate_service_key, request)
    until = time_text(response, "previous_expires_at")
    _tell(session, response, f"The secret so far is accepted until {until}. The new one is shown this once:")


@app.command
def revoke(id: str, /, *, message: CommitMessage = "", yes: Yes = False, session: Injected) -> None:
    """End a service key, and what it was given."""
    if not yes and not session.terminal.confirm(f"Whatever uses the key {id!r} stops working. Go on?"):
        session.terminal.note("Nothing was changed.")
        return
    response = session.call(
        session.access.revoke_service_key, pb.RevokeServiceKeyRequest(id=id, message=message)
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        session.terminal.show(f"Revoked the key {id}.")


def _tell(
    session: Injected, response: pb.CreateServiceKeyResponse | pb.RotateServiceKeyResponse, words: str
) -> None:
    """The secret alone goes to stdout, so that it can be piped to where it is kept."""
    if session.terminal.structured:
        session.terminal.data(document(response))
        return
    session.terminal.note(words)
    session.terminal.show(response.key)

"""`vexil access whoami` and `vexil access check`."""

from typing import Annotated

from cyclopts import Parameter

from vexil.convert.access import VERBS
from vexil.convert.resources import id_to_proto
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind, ResourceId
from vexil.server.cli.commands.access.scopes import scope_text, time_text, verbs_text
from vexil.server.cli.exits import Exit
from vexil.server.cli.parameters import KindChoice
from vexil.server.cli.render.messages import document
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.v1 import access_service_pb2 as pb


def who_am_i(*, session: Injected) -> None:
    """Show who you are to the server, and what you may do."""
    response = session.call(session.access.who_am_i, pb.WhoAmIRequest())
    if session.terminal.structured:
        session.terminal.data(document(response))
        return
    session.terminal.show(f"{printable(response.principal)}  ({printable(response.means)})")
    if response.HasField("expires_at"):
        session.terminal.show(f"until {time_text(response, 'expires_at')}")
    if not response.grants:
        session.terminal.note("You may do nothing.")
        return
    session.terminal.show(
        table(
            ("ROLE", "IN", "EXPIRES", "MAY"),
            (
                (
                    printable(grant.role),
                    scope_text(grant.scope),
                    time_text(grant, "expires_at"),
                    verbs_text(list(grant.verbs)),
                )
                for grant in response.grants
            ),
        )
    )


def check(
    verb: Verb,
    key: Annotated[str, Parameter(help="The key of a resource.")],
    /,
    *,
    kind: KindChoice = Kind.SETTING,
    subject: Annotated[str, Parameter(help="Who. Default: you.")] = "",
    group: Annotated[
        tuple[str, ...], Parameter(negative=(), help="A group that the subject is in, any number of times.")
    ] = (),
    session: Injected,
) -> int:
    """Say whether someone may do something with a resource, and why. Exit code 6 when not."""
    id = ResourceId(kind, session.environment if kind.in_environment else "", key)
    request = pb.CheckAccessRequest(
        subject=subject,
        groups=group,
        verb=VERBS.numbers[verb],
        namespace=session.namespace,
        id=id_to_proto(id),
    )
    response = session.call(session.access.check_access, request)
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        answer = "yes" if response.allowed else "no"
        session.terminal.show(f"{answer}: {printable(response.explanation)}")
    return Exit.OK if response.allowed else Exit.PERMISSION

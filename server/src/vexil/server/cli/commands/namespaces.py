"""`vexil namespace`."""

from typing import Annotated

from cyclopts import App, Parameter

from vexil.convert.resources import commit_from_proto
from vexil.server.cli.parameters import CommitMessage
from vexil.server.cli.render.messages import document, merged
from vexil.server.cli.render.tables import table
from vexil.server.cli.render.text import printable
from vexil.server.cli.session import Injected
from vexil.v1 import admin_service_pb2 as admin_pb
from vexil.v1 import resource_pb2 as resource_pb

app = App(name="namespace", help="List and create namespaces.")


@app.command(name="list")
def list_namespaces(*, session: Injected) -> None:
    """List all namespaces."""
    pages = list(session.pages(session.admin.list_namespaces, admin_pb.ListNamespacesRequest()))
    if session.terminal.structured:
        session.terminal.data(merged(pages))
        return
    namespaces = [namespace for page in pages for namespace in page.namespaces]
    if not namespaces:
        session.terminal.note("There is no namespace. `vexil namespace create NAME` makes one.")
        return
    session.terminal.show(
        table(
            ("NAME", "REVISION", "RESOURCES", "OWNER", "DESCRIPTION"),
            (
                (
                    item.namespace,
                    str(item.head_revision),
                    str(item.resource_count),
                    printable(item.spec.owner),
                    printable(item.spec.description),
                )
                for item in namespaces
            ),
        )
    )


@app.command
def create(
    name: str,
    /,
    *,
    environments: Annotated[
        tuple[str, ...],
        Parameter(
            name="--with-environment",
            negative=(),
            help="NAME or NAME:PARENT, any number of times: its first environments.",
        ),
    ] = (),
    description: Annotated[str, Parameter(help="What it is for.")] = "",
    owner: Annotated[str, Parameter(help="The team that owns it.")] = "",
    message: CommitMessage = "",
    session: Injected,
) -> None:
    """Create a namespace."""
    first = {}
    for text in environments:
        environment, _, parent = text.partition(":")
        first[environment] = resource_pb.Environment(parent=parent or None)
    response = session.call(
        session.admin.create_namespace,
        admin_pb.CreateNamespaceRequest(
            namespace=name,
            spec=resource_pb.Namespace(description=description, owner=owner),
            environments=first,
            message=message,
        ),
    )
    if session.terminal.structured:
        session.terminal.data(document(response))
    else:
        revision = commit_from_proto(response.commit).revision
        session.terminal.show(f"Created the namespace {name} (revision {revision}).")

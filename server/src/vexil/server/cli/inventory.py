"""What a namespace holds, as written: what a plan or a rollback is compared with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vexil.convert.resources import state_from_proto
from vexil.core.resource import ResourceId, ResourceState, Revision
from vexil.server.cli.session import Session
from vexil.v1 import admin_service_pb2 as admin_pb


@dataclass(frozen=True, slots=True)
class Inventory:
    """Every resource of a namespace, or of one environment, at a revision."""

    revision: Revision
    states: Mapping[ResourceId, ResourceState]


def inventory(session: Session, namespace: str, environment: str = "") -> Inventory:
    """What the namespace, or only that environment itself, holds now. Raises VexilError."""
    revision = 0
    states: dict[ResourceId, ResourceState] = {}
    request = admin_pb.ExportRequest(namespace=namespace, environment=environment)
    for part in export_parts(session, request):
        revision = part.revision
        states.update((state.id, state) for state in map(state_from_proto, part.resources))
    return Inventory(Revision(revision), states)


def export_parts(session: Session, request: admin_pb.ExportRequest) -> Iterator[admin_pb.ExportResponse]:
    """The parts of an export as they arrive. Raises VexilError."""
    with session.errors():
        yield from session.admin.export(request, metadata=session.metadata)

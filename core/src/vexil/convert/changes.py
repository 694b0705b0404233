"""What callers ask for: `vexil.core.change`, `vexil.v1.Change`, and `vexil.v1.Precondition`."""

from vexil.convert.codec import REFUSALS, located
from vexil.convert.contents import CONTENT, STORED_CONTENT
from vexil.convert.paths import unknown, within
from vexil.convert.resources import check_kind, fill_id, id_from_proto
from vexil.core.change import Change, Delete, HeadIs, Precondition, Put, VersionIs
from vexil.core.resource import Revision, Version
from vexil.v1 import admin_service_pb2 as wire


def requested_change_from_proto(message: wire.Change) -> Change:
    """A change asked for. Raises InvalidRequest."""
    with within("id"):
        id = id_from_proto(message.id)
    match message.WhichOneof("action"):
        case "put":
            with within("put"):
                resource = CONTENT.read(message.put)
            check_kind(id, resource, "put")
            return Put(id, resource)
        case "delete":
            return Delete(id)
        case _:
            raise unknown("none of put, delete is set")


def requested_change_to_proto(change: Change) -> wire.Change:
    """The message of a change to ask for. Raises InvalidRequest."""
    message = wire.Change()
    with within("id"):
        fill_id(message.id, change.id)
    if isinstance(change, Delete):
        message.delete.SetInParent()
    else:
        with within("put"):
            STORED_CONTENT.fill(message.put, change.resource)
    return message


def precondition_from_proto(message: wire.Precondition) -> Precondition:
    """What must hold for a commit. Raises InvalidRequest."""
    match message.WhichOneof("kind"):
        case "head_revision":
            return HeadIs(Revision(message.head_revision))
        case "resource_version":
            expected = message.resource_version
            with within("resource_version.id"):
                return VersionIs(id_from_proto(expected.id), Version(expected.version))
        case _:
            raise unknown("none of head_revision, resource_version is set")


def precondition_to_proto(precondition: Precondition) -> wire.Precondition:
    """The message of what must hold for a commit. Raises InvalidRequest."""
    message = wire.Precondition()
    place = "head_revision"
    try:
        if isinstance(precondition, HeadIs):
            message.head_revision = precondition.revision
        else:
            place = "resource_version.version"
            message.resource_version.version = precondition.version
            place = "resource_version.id"
            fill_id(message.resource_version.id, precondition.id)
    except REFUSALS as error:
        raise located(error, place) from None
    return message

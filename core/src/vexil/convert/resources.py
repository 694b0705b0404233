"""Resources, their states and changes, commits: `vexil.core.resource` and `vexil/v1/resource.proto`.

With `stored`, messages are for a store or a backup and hold everything; otherwise what never leaves the
server is left out: the digests of secrets, where commits came from, and what keys the audit's digests. With
`revealed`, messages are for somebody who may have sensitive values; for others they are left out too.
"""

from datetime import datetime
from functools import lru_cache, partial
from typing import cast

from vexil.convert.codec import REFUSALS, Enumeration, fill_each, located
from vexil.convert.contents import CONTENT, REVEALED_CONTENT, STORED_CONTENT
from vexil.convert.paths import each, invalid, prefixed, unknown, within, written_by_server
from vexil.convert.wellknown import fill_time, read_time
from vexil.core.audit.origin import NOWHERE, Origin
from vexil.core.audit.seal import Seal
from vexil.core.errors import InvalidRequest
from vexil.core.frozen import FrozenDict
from vexil.core.resource import (
    KIND_OF,
    Commit,
    Deleted,
    Kind,
    Resource,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.v1 import resource_pb2 as wire

_KINDS: Enumeration[Kind] = Enumeration(Kind, wire.ResourceKind, "RESOURCE_KIND")
_COMMIT_SCALARS = ("namespace", "revision", "epoch", "author", "message", "request_id")


def kind_from_proto(number: int) -> Kind:
    """The kind with that number. Raises InvalidRequest."""
    return _KINDS.read(number)


def kind_to_proto(kind: Kind) -> wire.ResourceKind:
    """The kind's number."""
    return cast("wire.ResourceKind", _KINDS.numbers[kind])


def id_from_proto(message: wire.ResourceId) -> ResourceId:
    """What names a resource. Raises InvalidRequest."""
    try:
        kind = _KINDS.read(message.kind)
    except InvalidRequest as error:
        raise prefixed(error, "kind") from None
    return ResourceId(kind, _shared(message.environment), message.key)


@lru_cache(maxsize=1024)
def _shared(environment: str) -> str:
    """One object for all resources of an environment; not interned, since clients choose what comes here."""
    return environment


def id_to_proto(id: ResourceId) -> wire.ResourceId:
    """The message of a resource's name. Raises InvalidRequest."""
    message = wire.ResourceId()
    fill_id(message, id)
    return message


def fill_id(message: wire.ResourceId, id: ResourceId) -> None:
    """Makes an empty message name the resource. Raises InvalidRequest."""
    message.kind = kind_to_proto(id.kind)
    place = "environment"
    try:
        message.environment = id.environment
        place = "key"
        message.key = id.key
    except REFUSALS as error:
        raise located(error, place) from None


def resource_from_proto(message: wire.Resource, *, stored: bool = False) -> Resource:
    """The content of a resource, of the kind that is set. Raises InvalidRequest."""
    resource: Resource = (STORED_CONTENT if stored else CONTENT).read(message)
    return resource


def resource_to_proto(resource: Resource, *, stored: bool = False) -> wire.Resource:
    """The message of a resource's content. Raises InvalidRequest."""
    message = wire.Resource()
    (STORED_CONTENT if stored else CONTENT).fill(message, resource)
    return message


def check_kind(id: ResourceId, resource: Resource, field: str) -> None:
    """Raises InvalidRequest for the field when the content is not of the kind that the id says."""
    kind = KIND_OF[type(resource)]
    if kind is not id.kind:
        raise invalid(f"a {kind.name.lower()} under the id of a {id.kind.name.lower()}", field)


@written_by_server
def state_from_proto(message: wire.ResourceState) -> ResourceState:
    """A resource as it stood after a commit. Raises Unimplemented and DataLoss."""
    return _read_state(message)


def _read_state(message: wire.ResourceState) -> ResourceState:
    place = "id"
    try:
        id = id_from_proto(message.id)
        place = "resource"
        resource = STORED_CONTENT.read(message.resource)
        place = "changed_at"
        changed_at = _read_required_time(message, place)
    except InvalidRequest as error:
        raise prefixed(error, place) from None
    check_kind(id, resource, "resource")
    return ResourceState(
        id,
        resource,
        Version(message.version),
        Revision(message.revision),
        Revision(message.create_revision),
        changed_at,
    )


def _read_required_time(message: wire.ResourceState | wire.Commit, field: str) -> datetime:
    if not message.HasField(field):
        raise invalid("is required")
    return read_time(getattr(message, field))


def state_to_proto(state: ResourceState, *, stored: bool = False) -> wire.ResourceState:
    """The message of a resource's state. Raises InvalidRequest."""
    message = wire.ResourceState()
    fill_state(message, state, stored=stored)
    return message


def fill_state(
    message: wire.ResourceState, state: ResourceState, *, stored: bool = False, revealed: bool = False
) -> None:
    """Makes an empty message say how the resource stood. Raises InvalidRequest."""
    place = "id"
    try:
        fill_id(message.id, state.id)
        place = "resource"
        content = STORED_CONTENT if stored else REVEALED_CONTENT if revealed else CONTENT
        content.fill(message.resource, state.resource)
        place = "changed_at"
        fill_time(message.changed_at, state.changed_at)
        message.version = state.version
        message.revision = state.revision
        message.create_revision = state.create_revision
    except REFUSALS as error:
        raise located(error, place) from None


@written_by_server
def change_from_proto(message: wire.ResourceChange) -> ResourceChange:
    """What a commit did to one resource. Raises Unimplemented and DataLoss."""
    return _read_change(message)


def _read_change(message: wire.ResourceChange) -> ResourceChange:
    match message.WhichOneof("change"):
        case "put":
            with within("put"):
                return _read_state(message.put)
        case "deleted":
            with within("id"):
                id = id_from_proto(message.id)
            return Deleted(id, Version(message.deleted.version), Revision(message.deleted.revision))
        case _:
            raise unknown("none of put, deleted is set")


def change_to_proto(change: ResourceChange, *, stored: bool = False) -> wire.ResourceChange:
    """The message of what a commit did to one resource. Raises InvalidRequest."""
    message = wire.ResourceChange()
    fill_change(message, change, stored=stored)
    return message


def fill_change(
    message: wire.ResourceChange, change: ResourceChange, *, stored: bool = False, revealed: bool = False
) -> None:
    """Makes an empty message say what a commit did to one resource. Raises InvalidRequest."""
    fill_id(message.id, change.id)
    if isinstance(change, Deleted):
        message.deleted.version = change.version
        message.deleted.revision = change.revision
    else:
        fill_state(message.put, change, stored=stored, revealed=revealed)


@written_by_server
def commit_from_proto(message: wire.Commit) -> Commit:
    """One entry of a namespace's log; a summary has no changes. Raises Unimplemented and DataLoss."""
    place = "changes"
    try:
        changes = each(_read_change, message.changes)
        place = "committed_at"
        committed_at = _read_required_time(message, place)
    except InvalidRequest as error:
        raise prefixed(error, place) from None
    return Commit(
        namespace=message.namespace,
        revision=Revision(message.revision),
        changes=changes,
        committed_at=committed_at,
        epoch=message.epoch,
        author=message.author,
        message=message.message,
        labels=FrozenDict(sorted(message.labels.items())),
        request_id=message.request_id,
        origin=Origin(message.origin.peer, message.origin.authentication),
        seal=_read_seal(message),
    )


def _read_seal(message: wire.Commit) -> Seal | None:
    if not message.HasField("seal"):
        return None
    return Seal(message.seal.previous, message.seal.chain, message.seal.salt)


def commit_to_proto(commit: Commit, with_changes: bool = True, *, stored: bool = False) -> wire.Commit:
    """The message of a commit, or, without its changes, of its summary. Raises InvalidRequest."""
    message = wire.Commit(change_count=len(commit.changes))
    place = "changes"
    try:
        if with_changes:
            fill_each(partial(fill_change, stored=stored), message.changes, commit.changes)
        place = "committed_at"
        fill_time(message.committed_at, commit.committed_at)
        for place in _COMMIT_SCALARS:
            setattr(message, place, getattr(commit, place))
        place = "labels"
        message.labels.update(commit.labels)
        place = "origin"
        if stored and commit.origin != NOWHERE:
            message.origin.peer = commit.origin.peer
            message.origin.authentication = commit.origin.authentication
    except REFUSALS as error:
        raise located(error, place) from None
    if commit.seal is not None:
        message.seal.previous = commit.seal.previous
        message.seal.chain = commit.seal.chain
        message.seal.salt = commit.seal.salt if stored else b""
    return message

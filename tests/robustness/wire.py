"""Messages as records: what the checks need of them, and a digest for the rest."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from tests.robustness.records import Change, Inner
from vexil.v1 import resource_pb2, watch_pb2


def change_of(message: resource_pb2.ResourceChange) -> Change:
    """One change of a commit or of a delta."""
    if message.WhichOneof("change") == "put":
        return change_of_state(message.put)
    return Change(message.id.kind, message.id.environment, message.id.key, message.deleted.revision, "")


def change_of_state(state: resource_pb2.ResourceState) -> Change:
    """A resource that was written, or is part of a full state."""
    digest = blake2b(state.SerializeToString(deterministic=True), digest_size=8).hexdigest()
    spec = getattr(state.resource, state.resource.WhichOneof("spec") or "")
    return Change(
        kind=state.id.kind,
        environment=state.id.environment,
        key=state.id.key,
        revision=state.revision,
        digest=digest,
        tags=tuple(getattr(spec, "tags", ())),
        parent=getattr(spec, "parent", ""),
    )


def changes_of(messages: Iterable[resource_pb2.ResourceChange]) -> tuple[Change, ...]:
    """All changes of a commit or of a delta."""
    return tuple(map(change_of, messages))


def members_of(response: watch_pb2.WatchResponse) -> dict[str, Any]:
    """The members of a `Received` record."""
    event = response.WhichOneof("event") or ""
    members: dict[str, Any] = {
        "event": event,
        "revision": response.revision,
        "token": response.resume_token.hex(),
    }
    match event:
        case "state_begin":
            members["reason"] = watch_pb2.StateReason.Name(response.state_begin.reason)
            members["count"] = response.state_begin.resource_count
        case "state_chunk":
            members["changes"] = tuple(map(change_of_state, response.state_chunk.resources))
        case "state_end":
            members["count"] = response.state_end.resource_count
        case "delta":
            members["changes"] = changes_of(response.delta.changes)
            members["more"] = response.delta.more
        case "deltas":
            members["deltas"] = tuple(
                Inner(delta.revision, changes_of(delta.changes), delta.more)
                for delta in response.deltas.deltas
            )
        case "end":
            members["reason"] = watch_pb2.StreamEndReason.Name(response.end.reason)
    return members

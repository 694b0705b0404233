"""The messages of a subscription and of its reports."""

import logging
import secrets
from collections.abc import Sequence

from google.protobuf.duration_pb2 import Duration

from vexil.client.options import ClientOptions
from vexil.client.replica.events import (
    Delta,
    EndReason,
    Event,
    Message,
    Progress,
    StateBegin,
    StateChunk,
    StateEnd,
    StateReason,
    StreamEnd,
    Unknown,
)
from vexil.client.replica.reports import Report
from vexil.client.rpc.channel import CLIENT_NAME
from vexil.client.subscriber import Subscriber
from vexil.convert.resources import change_from_proto, id_from_proto, state_from_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.errors import DataLoss, Unimplemented
from vexil.core.resource import Deleted, ResourceChange, ResourceState, Revision, Version
from vexil.v1 import resource_pb2, watch_pb2

log = logging.getLogger("vexil.client")


def new_watch_id() -> str:
    """A name for a stream that nobody else guesses, 32 characters."""
    return secrets.token_hex(16)


def watch_request(options: ClientOptions, resume_token: bytes, watch_id: str) -> watch_pb2.WatchRequest:
    """Asks for the options' environment: after the token, or, where that is empty, from a full state."""
    # Three progress messages have to get lost before an idle stream looks like a dead one.
    interval = min(max(options.stale_after / 3, 0.1), 600.0)
    request = watch_pb2.WatchRequest(
        namespace=options.namespace,
        environment=options.environment,
        selectors=[selector_to_proto(selector) for selector in options.selectors],
        on_compacted=watch_pb2.COMPACTED_POLICY_RESYNC,
        progress_interval=_duration(interval),
        subscriber=_subscriber(options.subscriber),
        batch=True,
        watch_id=watch_id,
    )
    if resume_token:
        request.resume_token = resume_token
    return request


def acknowledge_request(options: ClientOptions, report: Report) -> watch_pb2.AcknowledgeRequest:
    """Says what the options' subscriber did with the newest revisions."""
    applied, refusal = report.applied, report.refusal
    return watch_pb2.AcknowledgeRequest(
        namespace=options.namespace,
        environment=options.environment,
        subscriber=_subscriber(options.subscriber),
        applied_revision=0 if applied is None else applied.revision,
        applied_ago=None if applied is None else _duration(report.age(applied)),
        earlier=[
            watch_pb2.AppliedRevision(revision=each.revision, applied_ago=_duration(report.age(each)))
            for each in report.earlier
        ],
        rejection=None
        if refusal is None
        else watch_pb2.Rejection(revision=refusal.revision, reason=refusal.reason[:1024]),
    )


def progress_request(options: ClientOptions, watch_id: str) -> watch_pb2.RequestProgressRequest:
    """Asks the stream of that name how far it will be."""
    return watch_pb2.RequestProgressRequest(namespace=options.namespace, watch_id=watch_id)


def messages_from_proto(response: watch_pb2.WatchResponse) -> Sequence[Message]:
    """The messages in one of the stream: several, oldest first, where it is a batch of commits.

    Only the last of a batch has a token. Otherwise as `message_from_proto`.
    """
    if response.WhichOneof("event") != "deltas":
        return (message_from_proto(response),)
    deltas = response.deltas.deltas
    last = len(deltas) - 1
    messages = [
        Message(_delta(delta), Revision(delta.revision), response.resume_token if number == last else b"")
        for number, delta in enumerate(deltas)
    ]
    if not messages or messages[-1].revision != response.revision or any(delta.more for delta in deltas):
        raise DataLoss(f"the batch up to revision {response.revision} is not whole")
    return messages


def message_from_proto(response: watch_pb2.WatchResponse) -> Message:
    """A message of a stream without batches.

    A resource that only a newer release understands is left out, with a warning, as if it were not there.
    Raises DataLoss for a message that is damaged.
    """
    return Message(_event(response), Revision(response.revision), response.resume_token)


def _event(response: watch_pb2.WatchResponse) -> Event:
    match response.WhichOneof("event"):
        case "state_begin":
            begin = response.state_begin
            return StateBegin(StateReason.of(begin.reason), begin.resource_count)
        case "state_chunk":
            resources = response.state_chunk.resources
            states = _states(resources)
            return StateChunk(states, left_out=len(resources) - len(states))
        case "state_end":
            return StateEnd(response.state_end.resource_count)
        case "delta":
            return _delta(response.delta)
        case "end":
            end = response.end
            hint = end.retry_after.ToTimedelta().total_seconds() if end.HasField("retry_after") else None
            return StreamEnd(EndReason.of(end.reason), hint)
        case "progress":
            return Progress()
        case _:
            return Unknown()


def _delta(delta: watch_pb2.Delta) -> Delta:
    return Delta([_change(change) for change in delta.changes], delta.more)


def _states(resources: Sequence[resource_pb2.ResourceState]) -> list[ResourceState]:
    states = []
    for resource in resources:
        try:
            states.append(state_from_proto(resource))
        except Unimplemented as error:
            _leave_out(resource.id, error)
    return states


def _change(change: resource_pb2.ResourceChange) -> ResourceChange:
    try:
        return change_from_proto(change)
    except Unimplemented as error:
        _leave_out(change.id, error)
        return Deleted(id_from_proto(change.id), Version(change.put.version), Revision(change.put.revision))


def _leave_out(resource: resource_pb2.ResourceId, error: Unimplemented) -> None:
    log.warning("%s is left out: %s", resource.key, error.message)


def _duration(seconds: float) -> Duration:
    return Duration(seconds=int(seconds), nanos=int(seconds % 1 * 1e9))


def _subscriber(subscriber: Subscriber | None) -> watch_pb2.Subscriber | None:
    if subscriber is None:
        return None
    return watch_pb2.Subscriber(
        service=subscriber.service,
        instance=subscriber.instance,
        version=subscriber.version,
        zone=subscriber.zone,
        client=CLIENT_NAME,
    )

"""The messages of a subscription and of its reports."""

import logging
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
)
from vexil.client.replica.session import Report
from vexil.client.rpc.channel import CLIENT_NAME
from vexil.client.subscriber import Subscriber
from vexil.convert.resources import change_from_proto, id_from_proto, state_from_proto
from vexil.convert.selectors import selector_to_proto
from vexil.core.errors import Unimplemented
from vexil.core.resource import Deleted, ResourceChange, ResourceState, Revision, Version
from vexil.v1 import resource_pb2, watch_pb2

log = logging.getLogger("vexil.client")


def watch_request(options: ClientOptions, resume_token: bytes) -> watch_pb2.WatchRequest:
    """Asks for the options' environment: after the token, or, where that is empty, from a full state."""
    # Three progress messages have to get lost before an idle stream looks like a dead one.
    interval = min(max(options.stale_after / 3, 0.1), 600.0)
    request = watch_pb2.WatchRequest(
        namespace=options.namespace,
        environment=options.environment,
        selectors=[selector_to_proto(selector) for selector in options.selectors],
        on_compacted=watch_pb2.COMPACTED_POLICY_RESYNC,
        progress_interval=Duration(seconds=int(interval), nanos=int(interval % 1 * 1e9)),
        subscriber=_subscriber(options.subscriber),
    )
    if resume_token:
        request.resume_token = resume_token
    return request


def acknowledge_request(options: ClientOptions, report: Report) -> watch_pb2.AcknowledgeRequest:
    """Says what the options' subscriber did with the newest revision."""
    refusal = report.refusal
    return watch_pb2.AcknowledgeRequest(
        namespace=options.namespace,
        environment=options.environment,
        subscriber=_subscriber(options.subscriber),
        applied_revision=report.applied,
        rejection=None
        if refusal is None
        else watch_pb2.Rejection(revision=refusal.revision, reason=refusal.reason[:1024]),
    )


def message_from_proto(response: watch_pb2.WatchResponse) -> Message:
    """A message of the stream.

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
            changes = [_change(change) for change in response.delta.changes]
            return Delta(changes, response.delta.more)
        case "end":
            end = response.end
            hint = end.retry_after.ToTimedelta().total_seconds() if end.HasField("retry_after") else None
            return StreamEnd(EndReason.of(end.reason), hint)
        case _:
            # Also an event of a newer release: its token and revision are true all the same.
            return Progress()


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

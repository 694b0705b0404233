"""What subscribers say, as Watch understands it, and back."""

from vexil.convert.paths import each, within
from vexil.convert.resources import fill_id, id_from_proto
from vexil.convert.selectors import selector_from_proto
from vexil.convert.wellknown import read_duration
from vexil.core.errors import InvalidRequest, Violation
from vexil.core.resource import Revision
from vexil.server.watch.convergence import Rejection, Subscriber, SubscriberStatus
from vexil.server.watch.selection import Selection
from vexil.server.watch.service import FromNow, FromRevision, FromState, FromToken, Start
from vexil.server.watch.subscription import Wishes
from vexil.v1 import admin_service_pb2, watch_pb2

_SUBSCRIBER_FIELDS = ("service", "instance", "version", "zone", "client")


def selection(request: watch_pb2.WatchRequest) -> Selection:
    """What is watched."""
    with within("selectors"):
        selectors = each(selector_from_proto, request.selectors)
    return Selection.of(request.namespace, request.environment, selectors)


def start(request: watch_pb2.WatchRequest) -> Start:
    """Where the stream starts."""
    match request.WhichOneof("start"):
        case "resume_token":
            return FromToken(request.resume_token)
        case "after_revision":
            return FromRevision(Revision(request.after_revision))
        case "from_now" if request.from_now:
            return FromNow()
        case _:
            return FromState()


def wishes(request: watch_pb2.WatchRequest, progress_interval: float) -> Wishes:
    """How the stream is served; `progress_interval`, in seconds, is the server's own default."""
    if request.HasField("progress_interval"):
        progress_interval = read_duration(request.progress_interval)
    return Wishes(
        progress_interval=progress_interval,
        resync=request.on_compacted == watch_pb2.COMPACTED_POLICY_RESYNC,
        conflate=request.conflate,
        batch=request.batch,
    )


def subscriber(message: watch_pb2.Subscriber) -> Subscriber:
    """Who subscribes; all of it may be empty."""
    return Subscriber(**{name: getattr(message, name) for name in _SUBSCRIBER_FIELDS})


def report(request: watch_pb2.AcknowledgeRequest) -> tuple[Subscriber, Rejection | None]:
    """Who reports, and what it refused. Raises InvalidRequest for a reporter without a name."""
    missing = [name for name in ("service", "instance") if not getattr(request.subscriber, name)]
    if missing:
        raise InvalidRequest.of([Violation(f"subscriber.{name}", "is required") for name in missing])
    return subscriber(request.subscriber), _rejection(request)


def status_to_proto(status: SubscriberStatus) -> admin_service_pb2.SubscriberStatus:
    """One subscriber's place."""
    message = admin_service_pb2.SubscriberStatus(
        applied_revision=status.applied_revision, connected=status.streams > 0
    )
    for name in _SUBSCRIBER_FIELDS:
        setattr(message.subscriber, name, getattr(status.subscriber, name))
    if status.rejection is not None:
        message.rejection.revision = status.rejection.revision
        message.rejection.reason = status.rejection.reason
        if status.rejection.resource is not None:
            fill_id(message.rejection.resource, status.rejection.resource)
    return message


def _rejection(request: watch_pb2.AcknowledgeRequest) -> Rejection | None:
    if not request.HasField("rejection"):
        return None
    rejection = request.rejection
    resource = None
    if rejection.HasField("resource"):
        with within("rejection.resource"):
            resource = id_from_proto(rejection.resource)
    return Rejection(Revision(rejection.revision), rejection.reason, resource)

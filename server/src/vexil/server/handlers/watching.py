"""What subscribers say, as Watch understands it."""

from collections.abc import Sequence

from vexil.convert.paths import each, invalid, within
from vexil.convert.resources import id_from_proto
from vexil.convert.selectors import selector_from_proto
from vexil.convert.wellknown import read_duration
from vexil.core.errors import InvalidRequest, Violation
from vexil.core.resource import Revision
from vexil.server.watch.selection import Selection
from vexil.server.watch.service import FromNow, FromRevision, FromState, FromToken, Start
from vexil.server.watch.subscribers import Applied, Rejection, Report, Subscriber
from vexil.server.watch.subscription import Wishes
from vexil.v1 import watch_pb2

SUBSCRIBER_FIELDS = ("service", "instance", "version", "zone", "client")
"""Of the message and of the model."""


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
        with within("progress_interval"):
            progress_interval = read_duration(request.progress_interval)
    return Wishes(
        progress_interval=progress_interval,
        resync=request.on_compacted == watch_pb2.COMPACTED_POLICY_RESYNC,
        conflate=request.conflate,
        batch=request.batch,
    )


def subscriber(message: watch_pb2.Subscriber, principal: str) -> Subscriber:
    """Who subscribes, as the caller of that name describes it; all of it may be empty."""
    return Subscriber(**{name: getattr(message, name) for name in SUBSCRIBER_FIELDS}, principal=principal)


def report(request: watch_pb2.AcknowledgeRequest, principal: str) -> Report:
    """What a subscriber of the caller did.

    Raises InvalidRequest for a reporter without a name, and for an earlier revision above the newest.
    """
    missing = [name for name in ("service", "instance") if not getattr(request.subscriber, name)]
    if missing:
        raise InvalidRequest.of([Violation(f"subscriber.{name}", "is required") for name in missing])
    return Report(subscriber(request.subscriber, principal), _applied(request), _rejection(request))


def _applied(request: watch_pb2.AcknowledgeRequest) -> Sequence[Applied]:
    newest = request.applied_revision

    def earlier(message: watch_pb2.AppliedRevision) -> Applied:
        if message.revision > newest:
            raise invalid(f"is above applied_revision, {newest}", "revision")
        with within("applied_ago"):
            return Applied(Revision(message.revision), read_duration(message.applied_ago))

    with within("earlier"):
        applied = each(earlier, request.earlier)
    if not newest:
        return applied
    with within("applied_ago"):
        return *applied, Applied(Revision(newest), read_duration(request.applied_ago))


def _rejection(request: watch_pb2.AcknowledgeRequest) -> Rejection | None:
    if not request.HasField("rejection"):
        return None
    rejection = request.rejection
    resource = None
    if rejection.HasField("resource"):
        with within("rejection.resource"):
            resource = id_from_proto(rejection.resource)
    return Rejection(Revision(rejection.revision), rejection.reason, resource)

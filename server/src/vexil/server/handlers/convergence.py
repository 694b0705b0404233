"""Who has applied what: `vexil.v1.AdminService.GetConvergence`."""

import asyncio
from typing import Any

from vexil.convert.resources import fill_id
from vexil.core.access.reach import Reach
from vexil.core.access.verb import Verb
from vexil.core.errors import OutOfRange, Reason
from vexil.core.resource import Revision
from vexil.server.call import CallContext
from vexil.server.control.directory import Directory
from vexil.server.control.history import History
from vexil.server.handlers.watching import SUBSCRIBER_FIELDS
from vexil.server.watch.applied import Micros, micros
from vexil.server.watch.fleet import Fleet
from vexil.server.watch.subscribers import Rejection
from vexil.server.watch.verdicts import ServiceCount, Standing, Verdict, count, percentile, standing
from vexil.v1 import admin_service_pb2 as pb
from vexil.v1 import watch_pb2

_SLICE = 100
"""Subscribers that are looked at before others have their turn: about a millisecond's work."""

_SECOND = 1_000_000


class ConvergenceHandlers:
    """Answers from what all server processes on the store know."""

    def __init__(self, directory: Directory, history: History, fleet: Fleet) -> None:
        self._directory = directory
        self._history = history
        self._fleet = fleet

    async def get_convergence(
        self, request: pb.GetConvergenceRequest, call: CallContext
    ) -> pb.GetConvergenceResponse:
        """Who has applied a revision. A refusal tells of a resource only to those who may read that."""
        readable = call.grants.reach(Verb.READ, request.namespace, request.environment)
        revision = await self._revision(request)
        response = pb.GetConvergenceResponse(revision=revision)
        committed_at = await self._committed_at(request.namespace, revision)
        if committed_at is not None:
            _fill(response.committed_at, committed_at)
        standings = []
        for status in await self._fleet.subscribers((request.namespace, request.environment)):
            if request.service in {"", status.subscriber.service}:
                standings.append(standing(status, revision, committed_at))
                if not request.summary_only:
                    _fill_status(response.subscribers.add(), standings[-1], readable)
                if len(standings) % _SLICE == 0:
                    await asyncio.sleep(0)
        response.converged = all(each.verdict is Verdict.APPLIED for each in standings)
        for service in count(standings):
            _fill_service(response.services.add(), service)
        return response

    async def _revision(self, request: pb.GetConvergenceRequest) -> Revision:
        """The revision asked about; another process may have made it, or the newest one, just now."""
        runtime = await self._directory.find(request.namespace)
        if request.HasField("revision"):
            await self._directory.reach(request.namespace, Revision(request.revision))
        else:
            await self._directory.follow(request.namespace)
        snapshot = runtime.snapshot
        snapshot.view(request.environment)
        revision = Revision(request.revision) if request.HasField("revision") else snapshot.revision
        if revision > snapshot.revision:
            raise OutOfRange(
                f"revision {revision} of {request.namespace!r} does not exist yet; "
                f"the newest is {snapshot.revision}",
                reason=Reason.REVISION_IN_FUTURE,
                metadata={"head_revision": str(snapshot.revision)},
            )
        return revision

    async def _committed_at(self, namespace: str, revision: Revision) -> Micros | None:
        try:
            commit = await self._history.commit(namespace, revision)
        except OutOfRange as error:
            if error.reason is not Reason.REVISION_COMPACTED:
                raise
            return None
        return micros(commit.committed_at)


def _fill_status(message: pb.SubscriberStatus, standing: Standing, readable: Reach) -> None:
    status = standing.status
    for name in SUBSCRIBER_FIELDS:
        setattr(message.subscriber, name, getattr(status.subscriber, name))
    message.applied_revision = status.applied.newest
    message.connected = status.streams > 0
    message.lag = standing.lag
    _fill(message.seen_at, status.seen_at)
    if standing.took is not None:
        _fill(message.publish_to_applied, standing.took)
    if status.rejection is not None:
        _fill_rejection(message.rejection, status.rejection, readable)


def _fill_rejection(message: watch_pb2.Rejection, rejection: Rejection, readable: Reach) -> None:
    message.revision = rejection.revision
    resource = rejection.resource
    if resource is not None and not readable.fits(resource.kind, resource.key):
        message.reason = "(of a resource that you may not read)"
        return
    message.reason = rejection.reason
    if resource is not None:
        fill_id(message.resource, resource)


def _fill_service(message: pb.ServiceConvergence, service: ServiceCount) -> None:
    message.service = service.service
    message.applied, message.lagging, message.rejected = service.applied, service.lagging, service.rejected
    if service.took:
        _fill(message.publish_to_applied_p50, percentile(service.took, 50))
        _fill(message.publish_to_applied_p99, percentile(service.took, 99))
        _fill(message.publish_to_applied_max, service.took[-1])


def _fill(message: Any, microseconds: int) -> None:
    """A Timestamp, in microseconds since 1970, or a Duration, not below 0: both have the same fields."""
    message.seconds, rest = divmod(microseconds, _SECOND)
    message.nanos = rest * 1000

"""Export and Import: the control plane's streams."""

import asyncio
from collections.abc import AsyncIterator

from vexil.convert.changes import requested_change_from_proto
from vexil.convert.paths import each, within
from vexil.convert.resources import state_to_proto
from vexil.core.access.grants import Grants
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied, InvalidRequest, Violation
from vexil.core.resource import ResourceState, Revision
from vexil.core.validation.ordering import references_first
from vexil.server.access.discretion import discretion
from vexil.server.access.sight import Sight
from vexil.server.call import CallContext
from vexil.server.contract import require_valid
from vexil.server.control.committer import Committer
from vexil.server.control.directory import Directory
from vexil.server.control.importer import Importer, ImportRequest
from vexil.server.control.reads import Reads
from vexil.server.handlers.revealing import Revealing
from vexil.v1 import admin_service_pb2 as pb

_EXPORT_BUDGET = 512 * 1024


class Transfer:
    """Streams a namespace out, and in."""

    def __init__(self, directory: Directory, reads: Reads, committer: Committer) -> None:
        self._directory = directory
        self._reads = reads
        self._committer = committer

    async def export(self, request: pb.ExportRequest, call: CallContext) -> AsyncIterator[pb.ExportResponse]:
        """All that the caller may, what is referred to before what refers to it; at least one message.

        Between messages it is decided anew whether the caller may.
        """
        at = Revision(request.at_revision) if request.HasField("at_revision") else None
        snapshot = await self._reads.snapshot(request.namespace, at)
        if request.environment:
            snapshot.view(request.environment)
        exported = _Exported(call, request.namespace)
        wanted = [
            state
            for state in snapshot.states()
            if _is_wanted(state, request.environment) and exported.holds(state)
        ]
        states = await asyncio.to_thread(references_first, wanted, lambda state: state)
        exported.check()
        part = pb.ExportResponse(revision=snapshot.revision, resource_count=len(states))
        size = 0
        for state in states:
            message = state_to_proto(exported.shown(state))
            size += message.ByteSize()
            if part.resources and size > _EXPORT_BUDGET:
                yield part
                exported.check()
                message = state_to_proto(exported.shown(state))
                part = pb.ExportResponse(revision=snapshot.revision, resource_count=len(states))
                size = message.ByteSize()
            part.resources.append(message)
        yield part

    async def import_(
        self, requests: AsyncIterator[pb.ImportRequest], call: CallContext
    ) -> AsyncIterator[pb.ImportResponse]:
        """A commit and an answer for each batch. The first bad one ends the stream; those before it stay."""
        importer: Importer | None = None
        async for request in requests:
            require_valid(request)
            if importer is None:
                importer = self._importer(request, call)
            elif request.HasField("header"):
                raise _invalid("is only for the first message")
            if request.changes:
                with within("changes"):
                    changes = each(requested_change_from_proto, request.changes)
                with discretion(call.grants, importer.namespace):
                    result = await importer.take(changes)
                yield pb.ImportResponse(
                    revision=result.revision, written=result.written, unchanged=result.unchanged
                )

    def _importer(self, request: pb.ImportRequest, call: CallContext) -> Importer:
        if not request.HasField("header"):
            raise _invalid("is missing from the first message")
        header = request.header
        wanted = ImportRequest(
            namespace=header.namespace,
            create=header.create_namespace,
            author=call.principal,
            message=header.message,
            dry_run=header.dry_run,
        )
        return Importer(self._directory, self._committer, wanted)


class _Exported:
    """What of a namespace one caller exports, as long as it may."""

    def __init__(self, call: CallContext, namespace: str) -> None:
        self._call = call
        self._namespace = namespace
        self._take_in(call.grants)

    def _take_in(self, grants: Grants) -> None:
        self._grants = grants
        self._sight = Sight(grants, Verb.EXPORT, self._namespace)
        self._revealing = Revealing(grants, self._namespace)

    def holds(self, state: ResourceState) -> bool:
        """Whether the resource is in the export."""
        return self._sight.sees(state.id)

    def check(self) -> None:
        """Decides anew whether the stream may go on. Raises what keeps the caller out by now."""
        if self._call.standing is not None:
            self._call.standing.check()
            if self._call.grants is not self._grants:
                self._take_in(self._call.grants)

    def shown(self, state: ResourceState) -> ResourceState:
        """A resource that was in it in the beginning. Raises AccessDenied where it no longer is.

        Without it the export would look complete, and would not be.
        """
        if not self.holds(state):
            raise AccessDenied(f"what may be exported of {self._namespace!r} has changed meanwhile")
        return self._revealing.state(state)


def _is_wanted(state: ResourceState, environment: str) -> bool:
    return not environment or state.id.environment == environment


def _invalid(description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation("header", description)])

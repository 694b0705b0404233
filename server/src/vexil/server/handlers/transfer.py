"""Export and Import: the control plane's streams."""

import asyncio
from collections.abc import AsyncIterator

from vexil.convert.changes import requested_change_from_proto
from vexil.convert.paths import each, within
from vexil.convert.resources import state_to_proto
from vexil.core.access.verb import Verb
from vexil.core.errors import InvalidRequest, Violation
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
        """All that the caller may, what is referred to before what refers to it; at least one message."""
        at = Revision(request.at_revision) if request.HasField("at_revision") else None
        snapshot = await self._reads.snapshot(request.namespace, at)
        if request.environment:
            snapshot.view(request.environment)
        sight = Sight(call.grants, Verb.EXPORT, request.namespace)
        wanted = [
            state
            for state in snapshot.states()
            if _is_wanted(state, request.environment) and sight.sees(state.id)
        ]
        revealing = Revealing(call.grants, request.namespace)
        states = await asyncio.to_thread(references_first, wanted, lambda state: state)
        part = pb.ExportResponse(revision=snapshot.revision, resource_count=len(states))
        size = 0
        for state in states:
            message = state_to_proto(revealing.state(state))
            size += message.ByteSize()
            if part.resources and size > _EXPORT_BUDGET:
                yield part
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


def _is_wanted(state: ResourceState, environment: str) -> bool:
    return not environment or state.id.environment == environment


def _invalid(description: str) -> InvalidRequest:
    return InvalidRequest.of([Violation("header", description)])

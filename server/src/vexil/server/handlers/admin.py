"""`vexil.v1.AdminService`."""

from dataclasses import replace

from vexil.convert.changes import precondition_from_proto, requested_change_from_proto
from vexil.convert.paths import each, within
from vexil.convert.resources import commit_to_proto, id_from_proto
from vexil.convert.selectors import selector_from_proto
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied
from vexil.core.resource import Commit, Revision, Version
from vexil.server.access.discretion import discretion
from vexil.server.access.sight import Sight
from vexil.server.call import CallContext
from vexil.server.collection import collection_paused
from vexil.server.control.committer import Committer, Proposal
from vexil.server.control.history import CommitFilter, History
from vexil.server.control.namespaces import Namespaces, environments
from vexil.server.control.reads import Reads
from vexil.server.control.rollback import Rollback, RollbackRequest
from vexil.server.control.runtime import LARGE
from vexil.server.handlers.answers import (
    diff_to_proto,
    environment_from_proto,
    environment_summary_to_proto,
    namespace_from_proto,
    namespace_summary_to_proto,
    version_record_to_proto,
)
from vexil.server.handlers.convergence import ConvergenceHandlers
from vexil.server.handlers.counting import Counting
from vexil.server.handlers.paging import Page
from vexil.server.handlers.revealing import Revealing
from vexil.server.handlers.status import StatusHandlers
from vexil.server.handlers.transfer import Transfer
from vexil.v1 import admin_service_pb2 as pb


class AdminHandlers:
    """The control plane."""

    def __init__(
        self,
        *,
        reads: Reads,
        namespaces: Namespaces,
        committer: Committer,
        history: History,
        rollback: Rollback,
        transfer: Transfer,
        convergence: ConvergenceHandlers,
        status: StatusHandlers,
    ) -> None:
        self._reads = reads
        self._namespaces = namespaces
        self._committer = committer
        self._history = history
        self._rollback = rollback
        self.export = transfer.export
        self.import_ = transfer.import_
        self.get_convergence = convergence.get_convergence
        self.get_server_status = status.get_server_status

    async def create_namespace(
        self, request: pb.CreateNamespaceRequest, call: CallContext
    ) -> pb.CreateNamespaceResponse:
        """Makes a namespace."""
        commit = await self._namespaces.create(
            request.namespace,
            namespace_from_proto(request.spec),
            {name: environment_from_proto(message) for name, message in request.environments.items()},
            author=call.principal,
            message=request.message,
        )
        return pb.CreateNamespaceResponse(commit=commit_to_proto(commit))

    async def list_namespaces(
        self, request: pb.ListNamespacesRequest, call: CallContext
    ) -> pb.ListNamespacesResponse:
        """A page of namespaces, those that the caller may do something in."""
        page = Page(request)
        response = pb.ListNamespacesResponse()
        for summary in await self._namespaces.list(after=page.after(str) or ""):
            if not call.grants.sees_namespace(summary.name):
                continue
            snapshot = await self._reads.snapshot(summary.name)
            shown = await Counting(call.grants, snapshot).namespace(summary)
            if not page.add(response.namespaces, namespace_summary_to_proto(shown), summary.name):
                break
        response.next_page_token = page.next_token
        return response

    async def list_environments(
        self, request: pb.ListEnvironmentsRequest, call: CallContext
    ) -> pb.ListEnvironmentsResponse:
        """A namespace's environments, those that the caller may do something in."""
        snapshot = await self._reads.snapshot(request.namespace)
        counting = Counting(call.grants, snapshot)
        response = pb.ListEnvironmentsResponse(revision=snapshot.revision)
        for summary in environments(snapshot):
            if call.grants.sees_environment(request.namespace, summary.state.id.key):
                shown = await counting.environment(summary)
                response.environments.append(environment_summary_to_proto(shown))
        return response

    async def commit(self, request: pb.CommitRequest, call: CallContext) -> pb.CommitResponse:
        """Makes a commit, or says what it would be."""
        if len(request.changes) <= LARGE:
            return await self._commit(request, call)
        with collection_paused():
            return await self._commit(request, call)

    async def _commit(self, request: pb.CommitRequest, call: CallContext) -> pb.CommitResponse:
        with within("changes"):
            changes = each(requested_change_from_proto, request.changes)
        with within("preconditions"):
            preconditions = each(precondition_from_proto, request.preconditions)
        proposal = Proposal(
            namespace=request.namespace,
            changes=changes,
            preconditions=preconditions,
            author=call.principal,
            message=request.message,
            labels=dict(request.labels),
            request_id=request.request_id,
        )
        make = self._committer.dry_run if request.dry_run else self._committer.commit
        with discretion(call.grants, request.namespace):
            commit = await make(proposal)
        return pb.CommitResponse(
            commit=commit_to_proto(Revealing(call.grants, request.namespace).commit(commit))
        )

    async def list_commits(self, request: pb.ListCommitsRequest, call: CallContext) -> pb.ListCommitsResponse:
        """A page of commits, with what the caller sees of them."""
        page = Page(request)
        sight = Sight(call.grants, Verb.HISTORY, request.namespace)
        revealing = Revealing(call.grants, request.namespace)
        wanted = CommitFilter(request.environment, selector_from_proto(request.selector))
        response = pb.ListCommitsResponse(
            compact_revision=await self._history.compact_revision(request.namespace)
        )
        async for commit in self._history.commits(request.namespace, wanted, page.after(int), sight.of):
            message = commit_to_proto(revealing.commit(commit), with_changes=request.include_changes)
            if not page.add(response.commits, message, commit.revision):
                break
        response.next_page_token = page.next_token
        return response

    async def get_commit(self, request: pb.GetCommitRequest, call: CallContext) -> pb.GetCommitResponse:
        """One commit, with what the caller sees of it."""
        sight = Sight(call.grants, Verb.HISTORY, request.namespace)
        commit = sight.of(await self._history.commit(request.namespace, Revision(request.revision)))
        if commit is None:
            raise AccessDenied(f"this needs the verb {Verb.HISTORY} for something that the commit changed")
        commit = Revealing(call.grants, request.namespace).commit(commit)
        return pb.GetCommitResponse(commit=commit_to_proto(commit))

    async def list_versions(
        self, request: pb.ListVersionsRequest, call: CallContext
    ) -> pb.ListVersionsResponse:
        """A page of a resource's versions."""
        page = Page(request)
        revealing = Revealing(call.grants, request.namespace)
        response = pb.ListVersionsResponse()
        with within("id"):
            id = id_from_proto(request.id)
        async for record in self._history.versions(request.namespace, id, before=page.after(int)):
            shown = replace(record, change=revealing.change(record.change))
            if not page.add(response.versions, version_record_to_proto(shown), record.change.version):
                break
        response.next_page_token = page.next_token
        return response

    async def diff(self, request: pb.DiffRequest, call: CallContext) -> pb.DiffResponse:
        """What differs between two revisions, of what the caller sees."""
        before = Revision(request.from_revision)
        after = Revision(request.to_revision) if request.HasField("to_revision") else None
        environment = request.environment
        differences, newest = await self._history.diff(request.namespace, before, after, environment)
        sight = Sight(call.grants, Verb.HISTORY, request.namespace)
        revealing = Revealing(call.grants, request.namespace, environment)
        seen = (
            revealing.difference(each)
            for each in differences
            if sight.sees_in(environment or each.id.environment, each.id.kind, each.id.key)
        )
        return pb.DiffResponse(differences=map(diff_to_proto, seen), from_revision=before, to_revision=newest)

    async def rollback(self, request: pb.RollbackRequest, call: CallContext) -> pb.RollbackResponse:
        """Makes old content current again."""
        wanted = RollbackRequest(
            namespace=request.namespace,
            author=call.principal,
            message=request.message,
            request_id=request.request_id,
            dry_run=request.dry_run,
        )
        with discretion(call.grants, request.namespace):
            commit = await self._rolled_back(request, wanted)
        if commit is None:
            return pb.RollbackResponse()
        commit = Revealing(call.grants, request.namespace).commit(commit)
        return pb.RollbackResponse(commit=commit_to_proto(commit))

    async def _rolled_back(self, request: pb.RollbackRequest, wanted: RollbackRequest) -> Commit | None:
        if request.HasField("resource_version"):
            with within("resource_version.id"):
                id = id_from_proto(request.resource_version.id)
            return await self._rollback.resource(wanted, id, Version(request.resource_version.version))
        target = request.environment_revision
        return await self._rollback.environment(wanted, target.environment, Revision(target.revision))

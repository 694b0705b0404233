"""`vexil.v1.AuditService`."""

from vexil.convert.resources import commit_to_proto, fill_id
from vexil.convert.wellknown import read_time
from vexil.core.resource import Commit, Deleted, Revision
from vexil.core.sensitivity import fingerprints_of
from vexil.server.audit.search import Wanted, action_of, searched
from vexil.server.call import CallContext
from vexil.server.handlers.paging import Page
from vexil.server.stores.port import Store
from vexil.server.stores.refusals import no_namespace
from vexil.v1 import audit_service_pb2 as pb

_MOST = 5_000
"""Commits that one call looks at."""

_ACTIONS = {
    "created": pb.AUDIT_ACTION_CREATED,
    "updated": pb.AUDIT_ACTION_UPDATED,
    "deleted": pb.AUDIT_ACTION_DELETED,
}
_NAMES = {number: name for name, number in _ACTIONS.items()}


class AuditHandlers:
    """The audit of what was committed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def search_entries(
        self, request: pb.SearchEntriesRequest, _call: CallContext
    ) -> pb.SearchEntriesResponse:
        """A page of entries."""
        page = Page(request)
        head = await self._store.head(request.namespace)
        if head is None:
            raise no_namespace(request.namespace)
        wanted = Wanted(
            request.actor,
            request.environment,
            request.key,
            _NAMES.get(request.action, ""),
            read_time(request.since) if request.HasField("since") else None,
            read_time(request.until) if request.HasField("until") else None,
        )
        response = pb.SearchEntriesResponse(compact_revision=head.compact_revision)
        below = Revision(page.after(int) or head.revision + 1)
        async for reached, commit in searched(self._store, request.namespace, wanted, below, _MOST):
            if commit is None:
                page.break_off(reached)
            elif not page.add(response.entries, _entry(commit), reached):
                break
        response.next_page_token = page.next_token
        return response

    async def get_chain(self, request: pb.GetChainRequest, _call: CallContext) -> pb.GetChainResponse:
        """Where the chain has come to."""
        head = await self._store.head(request.namespace)
        if head is None:
            raise no_namespace(request.namespace)
        return pb.GetChainResponse(revision=head.revision, chain=head.chain)


def _entry(commit: Commit) -> pb.AuditEntry:
    entry = pb.AuditEntry(commit=commit_to_proto(commit, with_changes=False))
    entry.commit.origin.peer = commit.origin.peer
    entry.commit.origin.authentication = commit.origin.authentication
    for change in commit.changes:
        audited = entry.changes.add(
            version=change.version, action=_ACTIONS[action_of(change, commit.revision)]
        )
        fill_id(audited.id, change.id)
        if not isinstance(change, Deleted):
            audited.fingerprints.update(fingerprints_of(change.resource))
    return entry

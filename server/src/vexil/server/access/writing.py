"""How permissions are changed: by commits to their namespace, each on top of what was looked at."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from vexil.core.access.grants import Grants
from vexil.core.access.scope import Scope
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.verb import Verb
from vexil.core.change import Change, Delete, Put, VersionIs
from vexil.core.errors import AccessDenied, InvalidRequest, NotFound, Violation
from vexil.core.resource import KIND_OF, Commit, Kind, Resource, ResourceId, ResourceState, Version
from vexil.server.access.directory import AccessDirectory
from vexil.server.call import CallContext
from vexil.server.control.committer import Committer, Proposal

_CHANGE = re.compile(r"^changes\[\d+\]\.")


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes permissions, what they may do themselves, and why they do it."""

    name: str
    grants: Grants
    message: str = ""

    @classmethod
    def of(cls, call: CallContext, message: str = "") -> Self:
        """Whoever calls, for that reason. Raises what `CallContext.identify` raises."""
        return cls(call.principal, call.grants, message)

    def require_all(self, verb: Verb) -> None:
        """Raises AccessDenied unless they may do that everywhere."""
        if not self.grants.covers(verb, Scope.everything()):
            raise AccessDenied(f"this needs {verb} over everything")

    def require_bindable(self, verbs: Sequence[Verb], scope: Scope, until: datetime | None = None) -> None:
        """Raises AccessDenied unless they have all that they give, as long as that, and may give it."""
        if not self.grants.may_bind(verbs, scope, until):
            raise AccessDenied(
                "nobody can give what they may not do themselves, in all of the same scope and for as long"
            )

    def require_unbindable(self, scope: Scope) -> None:
        """Raises AccessDenied unless they may take away what is in the scope."""
        if not self.grants.covers(Verb.ACCESS_WRITE, scope):
            raise AccessDenied(f"this needs {Verb.ACCESS_WRITE} in all of the binding's scope")

    @contextmanager
    def not_told_what_is_there(self) -> Iterator[None]:
        """Refuses in the same words what is not there and what is not theirs to change.

        Who may change all permissions is told what is wrong.
        """
        try:
            yield
        except (NotFound, AccessDenied):
            if self.grants.covers(Verb.ACCESS_WRITE, Scope.everything()):
                raise
            raise AccessDenied(
                f"there is none, or none that you may change: it takes {Verb.ACCESS_WRITE} in all of its "
                "scope, and for a new secret whatever it may do there"
            ) from None


class AccessWriter:
    """Commits changes of permissions. Raises what a commit raises.

    Aborted (PRECONDITION_FAILED) when what a change replaces is no longer what this process has in memory, so
    that what was checked is what is changed.
    """

    def __init__(self, directory: AccessDirectory, committer: Committer) -> None:
        self._directory = directory
        self._committer = committer

    async def write(
        self,
        author: Author,
        put: Mapping[str, Resource],
        delete: Sequence[ResourceState] = (),
        request_id: str = "",
        unchanged: Sequence[ResourceState] = (),
    ) -> Commit:
        """Writes these by their names, and deletes those, in one commit, which the request id finds again.

        `unchanged` must still be as they are.
        """
        changes: list[Change] = [Put(id_of(KIND_OF[type(each)], name), each) for name, each in put.items()]
        changes += [Delete(state.id) for state in delete]
        proposal = Proposal(
            namespace=SYSTEM_NAMESPACE,
            changes=changes,
            preconditions=[
                *(VersionIs(change.id, self._version(change.id)) for change in changes),
                *(VersionIs(state.id, state.version) for state in unchanged),
            ],
            author=author.name,
            message=author.message,
            request_id=request_id,
            by_access_service=True,
        )
        try:
            return await self._committer.commit(proposal)
        except InvalidRequest as error:
            raise InvalidRequest.of([_placed(violation) for violation in error.violations]) from error

    async def find_earlier(self, request_id: str, is_answer: Callable[[Commit], bool]) -> Commit | None:
        """The commit that a request of this id made before; None: there is none, or the id is empty.

        Raises InvalidRequest (REQUEST_ID_REUSED) when that commit is no answer to what is asked now.
        """
        return await self._committer.find_earlier(SYSTEM_NAMESPACE, request_id, is_answer)

    def find(self, kind: Kind, name: str) -> ResourceState:
        """What is there. Raises NotFound (CONFIGURATION_NOT_FOUND)."""
        state = self._directory.current.state(kind, name)
        if state is None:
            raise NotFound(f"there is no {id_of(kind, name)}", metadata={"key": name})
        return state

    def _version(self, id: ResourceId) -> Version:
        state = self._directory.current.state(id.kind, id.key)
        return Version(0) if state is None else state.version


def _placed(violation: Violation) -> Violation:
    """The violation in terms of the access service's requests, which know no changes."""
    field = _CHANGE.sub("", violation.field)
    return replace(violation, field="name" if field == "id.key" else field.removeprefix("put."))


def id_of(kind: Kind, name: str) -> ResourceId:
    """What names a permission."""
    return ResourceId(kind, "", name)

"""The state that a test sets."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vexil.client.replica.readers import NotReadyReader, Reader, StaleReader
from vexil.client.replica.update import Update
from vexil.client.state import ClientState
from vexil.core.errors import InvalidRequest
from vexil.core.resource import (
    Deleted,
    Kind,
    Resource,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.core.snapshot import Snapshot
from vexil.core.view import View

if TYPE_CHECKING:
    from vexil.files import Manifest

_WHEN = datetime(2000, 1, 1, tzinfo=UTC)
"""When everything in a test was changed."""


class MemoryState:
    """A view that tests write, and the client state that they choose. Reads go to `reader`."""

    def __init__(self, environment: str) -> None:
        self.view: View = View("test", environment, Revision(1))
        self.reader: Reader = self.view
        self.state = ClientState.READY

    def write(self, contents: Iterable[tuple[Kind, str, Resource | None]]) -> Update:
        """One commit; None deletes. Answers how the view changed."""
        old = self.view
        revision = Revision(old.revision + 1)
        changes = [self._change(kind, key, resource, revision) for kind, key, resource in contents]
        self.view = old.apply(revision, changes)
        self.be(self.state)
        return Update(old, self.view, frozenset((change.id.kind, change.id.key) for change in changes))

    def be(self, state: ClientState) -> None:
        """Makes reads answer as in this state."""
        self.state = state
        match state:
            case ClientState.READY:
                self.reader = self.view
            case ClientState.CONNECTING:
                self.reader = NotReadyReader("the test says that nothing is known yet")
            case ClientState.STALE | ClientState.CLOSED:
                self.reader = StaleReader(self.view)

    def _change(self, kind: Kind, key: str, resource: Resource | None, revision: Revision) -> ResourceChange:
        entry = self.view.get(kind, key)
        version = Version(1 if entry is None else entry.state.version + 1)
        name = ResourceId(kind, self.view.environment, key)
        if resource is None:
            return Deleted(name, version, revision)
        created = revision if entry is None else entry.state.create_revision
        return ResourceState(name, resource, version, revision, created, _WHEN)


def effective_states(manifest: "Manifest", environment: str) -> Sequence[ResourceState]:
    """What files of one namespace give an environment, inherited included.

    Raises NotFound (ENVIRONMENT_NOT_FOUND), and InvalidRequest for files of several namespaces.
    """
    if len(manifest.namespaces) > 1:
        names = ", ".join(manifest.namespaces)
        raise InvalidRequest(f"the files are about several namespaces ({names}); give those of one")
    states = [
        ResourceState(each.change.id, each.change.resource, Version(1), Revision(1), Revision(1), _WHEN)
        for each in manifest.changes
    ]
    return list(Snapshot.build("test", Revision(1), states).view(environment).states())

"""Valid commits for stores to hold."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from vexil.core.change import Change, Delete, Put
from vexil.core.resource import (
    Commit,
    Deleted,
    Kind,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.core.setting import Setting
from vexil.core.value import Value

NAMESPACE = "shop"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def setting(key: str, environment: str = "prod") -> ResourceId:
    return ResourceId(Kind.SETTING, environment, key)


def put(key: str, value: str = "on", environment: str = "prod") -> Put:
    return Put(setting(key, environment), Setting(value=Value.of_string(value)))


def delete(key: str, environment: str = "prod") -> Delete:
    return Delete(setting(key, environment))


class Drafts:
    """One commit after another, as the server would draft them: dense revisions and versions."""

    def __init__(self, namespace: str = NAMESPACE, epoch: int = 1) -> None:
        self.namespace = namespace
        self.epoch = epoch
        self.newest: dict[ResourceId, ResourceChange] = {}
        self.revision = Revision(0)

    def next(
        self,
        *changes: Change,
        request_id: str = "",
        author: str = "ada",
        message: str = "",
        labels: Mapping[str, str] | None = None,
    ) -> Commit:
        """The commit of the next revision."""
        self.revision = Revision(self.revision + 1)
        at = START + timedelta(seconds=self.revision, microseconds=self.revision)
        written = tuple(self._write(change, at) for change in changes)
        self.newest.update((change.id, change) for change in written)
        return Commit(
            self.namespace,
            self.revision,
            written,
            at,
            self.epoch,
            author,
            message,
            labels or {},
            request_id,
        )

    def _write(self, change: Change, at: datetime) -> ResourceChange:
        previous = self.newest.get(change.id)
        version = Version(1 if previous is None else previous.version + 1)
        if isinstance(change, Delete):
            return Deleted(change.id, version, self.revision)
        created = previous.create_revision if isinstance(previous, ResourceState) else self.revision
        return ResourceState(change.id, change.resource, version, self.revision, created, at)

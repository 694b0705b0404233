"""Reading resources, now and at old revisions."""

from immutables import Map

from vexil.core.errors import InvalidRequest, NotFound, Reason, Violation
from vexil.core.resource import Kind, ResourceState, Revision
from vexil.core.snapshot import Snapshot
from vexil.server.control.directory import Directory
from vexil.server.control.past import Past


class Reads:
    """Snapshots for readers: the newest one at hand, old ones rebuilt."""

    def __init__(self, directory: Directory, past: Past) -> None:
        self._directory = directory
        self._past = past

    async def snapshot(self, namespace: str, at: Revision | None = None) -> Snapshot:
        """The namespace at a kept revision; None: now, and then nothing is waited for.

        Raises NotFound (NAMESPACE_NOT_FOUND), OutOfRange (REVISION_COMPACTED, REVISION_IN_FUTURE).
        """
        if at is None:
            return self._directory.snapshot(namespace)
        runtime = await self._directory.find(namespace)
        await self._directory.reach(namespace, at)
        if at == runtime.snapshot.revision:
            return runtime.snapshot
        return await self._past.snapshot(namespace, at)


def get(snapshot: Snapshot, environment: str, kind: Kind, key: str) -> ResourceState:
    """One resource of an environment's effective view; `environment` is empty for kinds that belong to none.

    Raises NotFound (ENVIRONMENT_NOT_FOUND, CONFIGURATION_NOT_FOUND) and InvalidRequest.
    """
    require_place(kind, environment)
    if environment:
        entry = snapshot.view(environment).get(kind, key)
    else:
        entry = snapshot.own.get("", Map()).get((kind, key))
    if entry is not None:
        return entry.state
    where = f"environment {environment!r}" if environment else f"namespace {snapshot.namespace!r}"
    raise NotFound(
        f"{where} has no {kind.name.lower()} {key!r}",
        reason=Reason.CONFIGURATION_NOT_FOUND,
        metadata={"key": key, "environment": environment},
    )


def require_place(kind: Kind, environment: str) -> None:
    """Raises InvalidRequest when an environment is missing or out of place for resources of that kind."""
    if kind.in_environment and not environment:
        raise InvalidRequest.of([Violation("environment", f"is required for a {kind.name.lower()}")])
    if environment and not kind.in_environment:
        raise InvalidRequest.of([Violation("environment", f"must be empty for a {kind.name.lower()}")])

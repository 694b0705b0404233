"""States for tests that don't care about versions and times."""

from datetime import UTC, datetime

from vexil.core.resource import KIND_OF, Resource, ResourceId, ResourceState, Revision, Version

TIME = datetime(2026, 5, 4, 12, 30, 15, tzinfo=UTC)


def state(
    key: str, resource: Resource, environment: str = "", *, version: int = 1, revision: int = 1
) -> ResourceState:
    """The resource as it stood after a commit."""
    id = ResourceId(KIND_OF[type(resource)], environment, key)
    return ResourceState(id, resource, Version(version), Revision(revision), Revision(1), TIME)

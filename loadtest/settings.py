"""Resources that benchmarks fill namespaces with."""

from collections.abc import Iterator
from datetime import UTC, datetime

from vexil.core.resource import (
    Commit,
    Environment,
    Kind,
    Namespace,
    ResourceChange,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.core.setting import Setting
from vexil.core.value import Value

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = "bench"
ENVIRONMENT = "prod"


def plain_settings(count: int, revision: int) -> Iterator[ResourceState]:
    """Plain settings as a service would have them: strings, numbers, booleans in turn."""
    for i in range(count):
        values = (Value.of_string(f"https://service-{i}.example.test/"), Value.of_int(i), Value.of_bool(True))
        id = ResourceId(Kind.SETTING, ENVIRONMENT, f"service-{i % 100}.section.setting-{i}")
        yield created(id, Setting(value=values[i % 3]), revision)


def created(id: ResourceId, resource: Setting | Environment | Namespace, revision: int) -> ResourceState:
    """The state of a resource that this revision creates."""
    return ResourceState(id, resource, Version(1), Revision(revision), Revision(revision), NOW)


def commit(revision: int, changes: tuple[ResourceChange, ...]) -> Commit:
    """A commit of the benchmark's namespace."""
    return Commit(NAMESPACE, Revision(revision), changes, NOW, message="benchmark")


def first_commit() -> Commit:
    """Creates the namespace with one environment."""
    return commit(
        1,
        (
            created(ResourceId(Kind.NAMESPACE, "", NAMESPACE), Namespace(), 1),
            created(ResourceId(Kind.ENVIRONMENT, "", ENVIRONMENT), Environment(), 1),
        ),
    )

"""Short ways to make what tests of the core evaluate."""

from collections.abc import Mapping
from datetime import UTC, datetime

from vexil.core.resource import KIND_OF, Resource, ResourceId, ResourceState, Revision, Version
from vexil.core.setting import Condition, Rule, Serve, Setting, Split, WeightedVariant
from vexil.core.value import Value
from vexil.core.view import View

ON_OFF = {"on": Value.of_bool(True), "off": Value.of_bool(False)}
CHANGED_AT = datetime(2024, 1, 1, tzinfo=UTC)


def state_of(
    key: str, resource: Resource, environment: str = "prod", revision: int = 1, version: int = 1
) -> ResourceState:
    """A resource as a commit left it."""
    kind = KIND_OF[type(resource)]
    id = ResourceId(kind, environment if kind.in_environment else "", key)
    return ResourceState(id, resource, Version(version), Revision(revision), Revision(revision), CHANGED_AT)


def view_of(resources: Mapping[str, Resource], revision: int = 1) -> View:
    """A view of `prod` with these settings and segments."""
    return View.of(
        "shop", "prod", Revision(revision), [state_of(key, each) for key, each in resources.items()]
    )


def flag(*conditions: Condition, serve: Serve = "off") -> Setting:
    """A flag with a rule for each condition that serves `on`."""
    return Setting(variants=ON_OFF, serve=serve, rules=tuple(Rule(each, "on") for each in conditions))


def rollout(inside: int, outside: int, bucket_by: str | None = None) -> Split:
    """A split between `on` and `off`."""
    return Split((WeightedVariant("on", inside), WeightedVariant("off", outside)), bucket_by)

"""What can be checked of a resource by itself, without the namespace that it is for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vexil.core.access.role import Role
from vexil.core.resource import KIND_OF, Environment, Kind, Namespace, Resource, ResourceId
from vexil.core.validation import limits
from vexil.core.validation.content import access, connect, users
from vexil.core.validation.content.definitions import check_definition
from vexil.core.validation.content.settings import check_segment, check_setting
from vexil.core.validation.content.texts import check_form, check_length
from vexil.core.validation.findings import Finding, inside

LABEL_FORM = "lower-case letters, digits and inner hyphens, at most 63"
_KEY_FORM = "letters, digits and ._/:-, starting with a letter or digit, at most 256"
_ENVIRONMENT_OF = "belongs to an environment: say which"
_NO_ENVIRONMENT = "belongs to the whole namespace: leave the environment empty"


def check_id(id: ResourceId) -> Iterator[Finding]:
    """The forms of a resource's name, and whether it has an environment exactly if its kind is in one."""
    is_label = id.kind in (Kind.NAMESPACE, Kind.ENVIRONMENT, Kind.IDENTITY_PROVIDER)
    yield from check_form(
        "key", id.key, *((limits.LABEL, LABEL_FORM) if is_label else (limits.KEY, _KEY_FORM))
    )
    kind = id.kind.name.lower()
    if id.environment and not id.kind.in_environment:
        yield Finding("environment", f"a {kind} {_NO_ENVIRONMENT}")
    elif id.environment:
        yield from check_form("environment", id.environment, limits.LABEL, LABEL_FORM)
    elif id.kind.in_environment:
        yield Finding("environment", f"a {kind} {_ENVIRONMENT_OF}")


def check_put(id: ResourceId, resource: Resource) -> Iterator[Finding]:
    """A resource and its name; paths are those of `vexil.v1.Change`."""
    yield from inside("id", check_id(id))
    kind = KIND_OF[type(resource)]
    place = f"put.{kind.name.lower()}"
    if kind is not id.kind:
        yield Finding("put", f"holds a {kind.name.lower()}, and the id names a {id.kind.name.lower()}")
        return
    yield from inside(place, _CHECKS[kind](resource))
    if isinstance(resource, connect.KEYED):
        yield from inside("id", connect.check_key(id.key, resource))
    elif isinstance(resource, Role):
        yield from inside("id", access.check_role_name(id.key))


def _check_namespace(namespace: Namespace) -> Iterator[Finding]:
    yield from check_length("description", namespace.description, limits.MAX_DESCRIPTION)
    yield from check_length("owner", namespace.owner, limits.MAX_OWNER)


def _check_environment(environment: Environment) -> Iterator[Finding]:
    yield from check_form("parent", environment.parent, limits.LABEL, LABEL_FORM)
    yield from check_length("description", environment.description, limits.MAX_DESCRIPTION)


_CHECKS: Mapping[Kind, Callable[[Any], Iterator[Finding]]] = {
    Kind.NAMESPACE: _check_namespace,
    Kind.ENVIRONMENT: _check_environment,
    Kind.DEFINITION: check_definition,
    Kind.SETTING: check_setting,
    Kind.SEGMENT: check_segment,
    Kind.FLOW_CONFIGURATION: connect.check_flow,
    Kind.QUEUE_CONFIGURATION: connect.check_queue,
    Kind.ROUTING_RULE: connect.check_routing_rule,
    Kind.LOGGING_CONFIGURATION: connect.check_logging,
    Kind.FLOW_TEMPLATE: connect.check_template,
    Kind.ROLE: access.check_role,
    Kind.ROLE_BINDING: access.check_binding,
    Kind.SERVICE_KEY: access.check_service_key,
    Kind.IDENTITY_PROVIDER: access.check_identity_provider,
    Kind.USER: users.check_user,
    Kind.SESSION: users.check_session,
}

"""Permissions are in their own namespace, and nothing else is."""

import pytest

from tests.unit.core.committing import flag
from tests.unit.core.permissions import BINDING, PROVIDER, SECRET, SESSION
from vexil.core.access.role import BUILT_IN, Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.user import User
from vexil.core.change import Put
from vexil.core.errors import InvalidRequest
from vexil.core.resource import KIND_OF, Environment, Namespace, Resource, ResourceId
from vexil.core.setting import Segment
from vexil.core.snapshot import Snapshot
from vexil.core.validation import check_put
from vexil.core.validation.commit import validate
from vexil.server.control.schemas import JsonSchemas

PERMISSIONS: list[Resource] = [Role(()), BINDING, ServiceKey((SECRET,)), PROVIDER, User(), SESSION]


def put(resource: Resource, key: str = "a") -> Put:
    kind = KIND_OF[type(resource)]
    return Put(ResourceId(kind, "prod" if kind.in_environment else "", key), resource)


def refused(namespace: str, resource: Resource) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        validate(Snapshot.empty(namespace), [put(resource)], JsonSchemas())
    return [violation.field for violation in caught.value.violations]


@pytest.mark.parametrize("resource", PERMISSIONS)
def test_permission_in_another_namespace_is_refused(resource: Resource) -> None:
    assert "changes[0].id.kind" in refused("shop", resource)


@pytest.mark.parametrize("resource", [Environment(), Segment(), flag()])
def test_anything_else_among_permissions_is_refused(resource: Resource) -> None:
    assert "changes[0].id.kind" in refused(SYSTEM_NAMESPACE, resource)


def test_permissions_are_accepted_in_their_namespace() -> None:
    changes = [put(Namespace(), SYSTEM_NAMESPACE), *map(put, PERMISSIONS)]
    validate(Snapshot.empty(SYSTEM_NAMESPACE), changes, JsonSchemas())


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_role_cannot_be_redefined(name: str) -> None:
    change = put(Role(()), name)
    (finding,) = check_put(change.id, change.resource)
    assert finding.field == "id.key"


def test_identity_provider_is_named_by_a_label() -> None:
    change = put(PROVIDER, "Corp/x")
    assert [finding.field for finding in check_put(change.id, change.resource)] == ["id.key"]

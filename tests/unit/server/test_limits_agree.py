"""The contract (`buf.validate` options) and the core's validation draw the same lines."""

import pytest
from hypothesis import given

from tests.support.strategies import arbitrary_settings
from tests.unit.core import contact_centres, contents, permissions
from vexil.convert.resources import resource_to_proto
from vexil.core.errors import InvalidRequest
from vexil.core.resource import KIND_OF, Resource, ResourceId
from vexil.core.setting import Setting
from vexil.core.validation import check_put
from vexil.server.contract import require_valid

AT_LIMITS = [*contents.AT_LIMITS, *contact_centres.AT_LIMITS, *permissions.AT_LIMITS]
BEYOND_A_SIZE = [
    resource
    for resource, _, message in [*contents.BEYOND, *contact_centres.BEYOND, *permissions.BEYOND]
    if "at most" in message or "must be from" in message
]


@pytest.mark.parametrize("resource", AT_LIMITS)
def test_what_the_core_accepts_at_its_limits_the_contract_accepts(resource: Resource) -> None:
    require_valid(resource_to_proto(resource))


@pytest.mark.parametrize("resource", BEYOND_A_SIZE)
def test_what_is_too_large_for_the_core_is_too_large_for_the_contract(resource: Resource) -> None:
    with pytest.raises(InvalidRequest):
        require_valid(resource_to_proto(resource))


@given(arbitrary_settings())
def test_what_the_contract_refuses_the_core_refuses(setting: Setting) -> None:
    try:
        require_valid(resource_to_proto(setting))
    except InvalidRequest:
        assert list(check_put(ResourceId(KIND_OF[Setting], "prod", "k"), setting)) != []

"""Manifests and permissions."""

from itertools import islice

import pytest

from tests.unit.core.making import state_of
from tests.unit.core.permissions import BINDING, PROVIDER, SECRET
from vexil.core.access.role import Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.errors import InvalidRequest
from vexil.core.resource import Kind, Resource
from vexil.files.codecs.resources import SECTIONS
from vexil.files.dump import dump
from vexil.server.cli.render.contents import content_lines


def test_manifests_have_no_section_for_permissions() -> None:
    assert not any(section.kind.of_access for section in SECTIONS)
    assert {section.kind for section in SECTIONS} == {
        kind for kind in islice(Kind, 1, None) if not kind.of_access
    }


@pytest.mark.parametrize("resource", [Role(()), BINDING, ServiceKey((SECRET,)), PROVIDER])
def test_permission_is_not_written_to_a_manifest(resource: Resource) -> None:
    with pytest.raises(InvalidRequest, match="manifests carry none"):
        dump([state_of("a", resource)], namespace="vexil-access")


def test_service_key_is_shown_without_its_digest() -> None:
    shown = "\n".join(content_lines(ServiceKey((SECRET,), "for tests")))
    assert "for tests" in shown
    assert SECRET.digest not in shown

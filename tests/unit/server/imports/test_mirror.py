"""Mirrors of parameters: what is deleted, and what never is."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from vexil.core.change import Delete
from vexil.core.resource import Kind, ResourceId, ResourceState, Revision, Version
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.server.imports.environments import EnvironmentNames
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.mirror import gone, mirror_of
from vexil.server.imports.parameters import ParameterMapper
from vexil.server.imports.schedule import Action, Write
from vexil.server.imports.survey import Survey, survey

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = Setting(value=Value.of_string("x"))
HOST, PORT = "/shop/prod/database/host", "/shop/prod/database/port"


def held(*places: tuple[str, str, Setting]) -> dict[ResourceId, ResourceState]:
    found = {}
    for environment, key, setting in places:
        id = ResourceId(Kind.SETTING, environment, key)
        found[id] = ResourceState(id, setting, Version(1), Revision(1), Revision(1), NOW)
    return found


def tree(*names: str, mirrored: bool = True, **environments: str) -> Survey:
    mapper = ParameterMapper(names=EnvironmentNames(environments), mirrored=mirrored)
    items: Sequence[Item | Broken] = [
        Item("/shop", {"Name": name, "Type": "String", "Value": "x", "ARN": "arn"}) for name in names
    ]
    return survey(items, mapper)


def test_mirror_says_of_which_parameter() -> None:
    [mapped] = tree(HOST).mapped
    assert mapped.puts[0].resource == mirror_of(HOST, PLAIN)
    assert [put.resource for one in tree(HOST, mirrored=False).mapped for put in one.puts] == [PLAIN]


def test_mirror_goes_with_its_parameter() -> None:
    there = held(
        ("prod", "database/host", mirror_of(HOST, PLAIN)), ("prod", "database/port", mirror_of(PORT, PLAIN))
    )

    deletion = Write(Delete(ResourceId(Kind.SETTING, "prod", "database/port")), PORT, Action.DELETE)
    assert list(gone(there, "/shop", tree(HOST))) == [deletion]


@pytest.mark.parametrize(
    "setting",
    [
        PLAIN,
        Setting(value=Value.of_string("x"), description="Once the parameter /shop/prod/database/port"),
        mirror_of("/shop2/prod/database/port", PLAIN),
        mirror_of("/mall/prod/database/port", PLAIN),
    ],
)
def test_what_mirrors_nothing_of_the_tree_stays(setting: Setting) -> None:
    assert list(gone(held(("prod", "database/port", setting)), "/shop", tree(HOST))) == []


def test_part_of_a_tree_is_responsible_for_that_part() -> None:
    there = held(("prod", "database/port", mirror_of(PORT, PLAIN)))
    assert list(gone(there, "/shop/qa", tree("/shop/qa/database/host"))) == []
    assert len(list(gone(there, "/shop/prod", tree(HOST)))) == 1


def test_parameter_that_cannot_be_mapped_keeps_its_mirror() -> None:
    there = held(("prod", "database/port", mirror_of(PORT, PLAIN)))
    assert list(gone(there, "/shop", tree(PORT).only_in(set()))) == []


def test_mirror_moves_with_the_name_of_its_environment() -> None:
    there = held(("prod", "database/port", mirror_of(PORT, PLAIN)))
    [moved] = gone(there, "/shop", tree(PORT, prod="live"))
    assert moved.change.id.environment == "prod"

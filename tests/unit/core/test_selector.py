"""Selectors of lists and subscriptions."""

import pytest

from tests.unit.core.making import state_of
from vexil.core.connect import FlowTemplate
from vexil.core.resource import Kind, Resource
from vexil.core.selector import EVERYTHING, Selector
from vexil.core.setting import Segment, Setting
from vexil.core.value import Value

SETTING = Setting(value=Value.of_int(1), tags=("web", "team:a"))


@pytest.mark.parametrize(
    ("selector", "fits"),
    [
        (Selector(), True),
        (Selector(kind=Kind.SETTING), True),
        (Selector(kind=Kind.SEGMENT), False),
        (Selector(key="app/limit"), True),
        (Selector(key="app"), False),
        (Selector(key="App/limit"), False),
        (Selector(prefix="app/"), True),
        (Selector(prefix="app/limit"), True),
        (Selector(prefix="app/limits"), False),
        (Selector(tag="web"), True),
        (Selector(tag="we"), False),
        (Selector(kind=Kind.SETTING, prefix="app/", tag="team:a"), True),
        (Selector(kind=Kind.SEGMENT, prefix="app/", tag="team:a"), False),
        (Selector(kind=Kind.SETTING, prefix="lib/", tag="team:a"), False),
        (Selector(kind=Kind.SETTING, prefix="app/", tag="team:b"), False),
    ],
    ids=repr,
)
def test_selector_fits_when_all_of_its_members_do(selector: Selector, fits: bool) -> None:
    assert selector.fits(state_of("app/limit", SETTING)) is fits


@pytest.mark.parametrize(
    ("resource", "fits"), [(SETTING, True), (Segment(tags=("web",)), True), (FlowTemplate("{}"), False)]
)
def test_selector_by_tag_fits_kinds_that_have_tags(resource: Resource, fits: bool) -> None:
    assert Selector(tag="web").fits(state_of("a", resource)) is fits


def test_selector_by_place_leaves_tags_aside() -> None:
    selector = Selector(kind=Kind.SETTING, prefix="app/", tag="nowhere")

    assert selector.fits_place(Kind.SETTING, "app/limit")
    assert not selector.fits_place(Kind.SEGMENT, "app/limit")
    assert not selector.fits_place(Kind.SETTING, "lib/limit")


def test_everything_fits_everything() -> None:
    assert all(EVERYTHING.fits(state_of("a", each)) for each in (SETTING, Segment(), FlowTemplate("{}")))

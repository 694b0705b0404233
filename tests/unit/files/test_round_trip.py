"""What `dump` writes, `load` reads back, for every kind that is not a permission, field by field."""

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.unit.files.changes import is_valid, puts
from vexil.core.change import Put
from vexil.core.diff import same
from vexil.core.errors import InvalidRequest
from vexil.core.resource import Kind, Resource, ResourceId
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.files import FORMATS, Format, dump, load_text

CARRIED = [kind for kind in Kind if not kind.of_access]
"""The kinds that manifests carry; the first is the namespace itself."""


def _read_back(wanted: list[Put], written_as: Format) -> dict[ResourceId, Resource]:
    namespace = next((put.id.key for put in wanted if put.id.kind is Kind.NAMESPACE), "shop")
    try:
        text = dump(wanted, written_as, namespace=namespace)
    except InvalidRequest:
        reject()  # a JSON null, which TOML does not have
    changes = load_text(text, written_as).changes
    assert {change.namespace for change in changes} == {namespace}
    return {change.change.id: change.change.resource for change in changes}


@pytest.mark.parametrize("kind", CARRIED, ids=lambda kind: kind.name.lower())
@pytest.mark.parametrize("written_as", FORMATS)
@settings(max_examples=30)
@given(data=st.data())
def test_resource_is_read_back_as_it_was(kind: Kind, written_as: Format, data: st.DataObject) -> None:
    put = data.draw(puts(kind).filter(is_valid))
    back = _read_back([put], written_as)
    assert back.keys() == {put.id}
    assert same(back[put.id], put.resource), (back[put.id], put.resource)


@given(data=st.data())
def test_several_resources_are_read_back(data: st.DataObject) -> None:
    namespaces = data.draw(st.lists(puts(Kind.NAMESPACE), max_size=1))
    others = st.sampled_from(CARRIED[1:]).flatmap(puts).filter(is_valid)
    wanted = namespaces + data.draw(st.lists(others, min_size=1, max_size=6, unique_by=lambda put: put.id))
    back = _read_back(wanted, "yaml")
    assert back.keys() == {put.id for put in wanted}
    assert all(same(back[put.id], put.resource) for put in wanted)


def test_null_can_not_be_written_as_toml() -> None:
    put = Put(ResourceId(Kind.SETTING, "prod", "k"), Setting(value=Value.of_json(None)))
    with pytest.raises(InvalidRequest, match="TOML has no null; write YAML or JSON instead"):
        dump([put], "toml", namespace="shop")

"""Sensitive values that whoever writes a manifest is not shown."""

from datetime import UTC, datetime

import pytest

from vexil.core.errors import AccessDenied
from vexil.core.resource import Kind, Resource, ResourceId, ResourceState, Revision, Version
from vexil.core.setting import Constraints, Definition, Setting
from vexil.core.value import Redacted, Value, ValueType
from vexil.files.dump import dump
from vexil.files.load import load_text
from vexil.files.source import ManifestError

FINGERPRINT = "0123456789abcdef" * 2


def redacted(value_type: ValueType, fingerprint: str = FINGERPRINT) -> Value:
    return Value(value_type, Redacted(fingerprint))


def written(resource: Resource, form: str) -> str:
    is_setting = isinstance(resource, Setting)
    id = ResourceId(Kind.SETTING if is_setting else Kind.DEFINITION, "prod" if is_setting else "", "token")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    state = ResourceState(id, resource, Version(1), Revision(1), Revision(1), now)
    return dump([state], form, namespace="shop")  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["yaml", "json", "toml"])
@pytest.mark.parametrize(
    "resource",
    [
        *(Setting(value=redacted(each)) for each in ValueType if each is not ValueType.SECRET),
        Setting(value=redacted(ValueType.INT), description="why"),
        Setting(variants={"a": redacted(ValueType.JSON), "b": Value.of_json([1])}, serve="a"),
        Definition(
            ValueType.DOUBLE,
            constraints=Constraints(allowed=(redacted(ValueType.DOUBLE),)),
            default=redacted(ValueType.DOUBLE),
            sensitive=True,
        ),
    ],
)
def test_what_stands_for_a_value_is_read_as_it_was_written(resource: Resource, form: str) -> None:
    text = written(resource, form)

    (located,) = load_text(text, form, name="it", namespace="shop", environment="prod").changes  # type: ignore[arg-type]

    assert located.change.resource == resource


def test_it_says_its_type_and_its_fingerprint() -> None:
    text = written(Setting(value=redacted(ValueType.INT)), "yaml")

    assert f"token: vexil:redacted:int:{FINGERPRINT}" in text.replace('"', "")


def test_a_value_that_could_not_be_known_again_is_not_written() -> None:
    with pytest.raises(AccessDenied, match="reveal"):
        written(Setting(value=redacted(ValueType.INT, "")), "yaml")


def test_it_does_not_stand_for_a_value_of_another_type() -> None:
    text = f"""
namespace: shop
environment: prod
settings:
  token: {{type: int, value: "vexil:redacted:string:{FINGERPRINT}"}}
"""
    with pytest.raises(ManifestError, match="stands for a value of type string, not int"):
        load_text(text, "yaml", name="it")

"""Settings keep their definitions, whichever of the two is written."""

from typing import Any

import pytest

from tests.unit.core.committing import Tree, delete, plain, put, said
from vexil.core.errors import FailedPrecondition, InvalidRequest, Reason
from vexil.core.resource import Kind
from vexil.core.setting import Constraints, Definition, Setting
from vexil.core.value import Value, ValueType

INT = Definition(ValueType.INT)


@pytest.fixture
def tree() -> Tree:
    return Tree(base=None, prod="base")


def _bounds(type: ValueType, **bounds: Any) -> Definition:  # noqa: A002
    return Definition(type, constraints=Constraints(**bounds))


def test_setting_of_another_type_is_refused(tree: Tree) -> None:
    tree.commit(put("", "k", INT))
    error = tree.refuse(put("prod", "k", plain("text")))
    assert error.reason is Reason.INVALID_PARAMETER_TYPE
    assert said(error) == {"changes[0].put.setting.value": "must be of type int, as defined, not string"}
    tree.commit(put("prod", "k", plain(1)))


def test_every_variant_is_checked(tree: Tree) -> None:
    tree.commit(put("", "k", _bounds(ValueType.INT, minimum=2, maximum=3)))
    variants = {"a": Value.of_int(1), "b": Value.of_int(2), "c c": Value.of_int(4)}
    error = tree.refuse(put("prod", "k", Setting(variants=variants, serve="a")))
    assert error.reason is Reason.CONSTRAINT_VIOLATION
    assert said(error) == {
        'changes[0].put.setting.variants["a"]': "must be at least 2, which 1 is not, as defined",
        'changes[0].put.setting.variants["c c"]': "must be at most 3, which 4 is not, as defined",
    }


@pytest.mark.parametrize(
    ("definition", "value", "message"),
    [
        (
            _bounds(ValueType.DOUBLE, minimum=0.5),
            Value.of_double(0.25),
            "at least 0.5, which 0.25 is not",
        ),
        (
            _bounds(ValueType.STRING, min_length=2),
            Value.of_string("ä"),
            "at least 2 characters, not 1",
        ),
        (
            _bounds(ValueType.STRING, max_length=2),
            Value.of_string("abc"),
            "at most 2 characters, not 3",
        ),
        (
            _bounds(ValueType.STRING, pattern="[a-z]+"),
            Value.of_string("abc1"),
            "must match '[a-z]+' as a whole, which 'abc1' does not",
        ),
        (_bounds(ValueType.STRING, pattern="a|ab"), Value.of_string("abc"), "as a whole"),
        (
            _bounds(ValueType.INT, allowed=(Value.of_int(1), Value.of_int(2))),
            Value.of_int(3),
            "must be one of 1, 2, which 3 is not",
        ),
        (
            _bounds(ValueType.JSON, allowed=(Value.of_json({"a": 1}),)),
            Value.of_json({"a": 1.0}),
            """must be one of '{"a":1}', which '{"a":1.0}' is not""",
        ),
        (Definition(ValueType.JSON, json_schema="even"), Value.of_json(3), "JSON Schema: /: is odd"),
    ],
)
def test_value_that_breaks_a_constraint_is_refused(
    tree: Tree, definition: Definition, value: Value, message: str
) -> None:
    tree.commit(put("", "k", definition))
    error = tree.refuse(put("prod", "k", Setting(value=value)))
    assert error.reason is Reason.CONSTRAINT_VIOLATION
    assert message in said(error)["changes[0].put.setting.value"]


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (_bounds(ValueType.INT, minimum=-(2.0**63), maximum=2.0**63), Value.of_int(2**63 - 1)),
        (_bounds(ValueType.STRING, min_length=1, max_length=1), Value.of_string("😀")),
        (_bounds(ValueType.STRING, pattern="a|ab"), Value.of_string("ab")),
        (Definition(ValueType.JSON, json_schema="even"), Value.of_json(4)),
    ],
)
def test_value_within_bounds_is_accepted(tree: Tree, definition: Definition, value: Value) -> None:
    tree.commit(put("", "k", definition), put("prod", "k", Setting(value=value)))


def test_value_of_a_sensitive_setting_is_in_no_message(tree: Tree) -> None:
    constraints = Constraints(pattern="[a-z]+", allowed=(Value.of_string("public"),))
    tree.commit(put("", "k", Definition(ValueType.STRING, constraints=constraints, sensitive=True)))
    error = tree.refuse(put("prod", "k", plain("S3CRET")))
    assert "S3CRET" not in str([error.message, *said(error).values()])


def test_definition_is_checked_against_the_values_of_all_environments(tree: Tree) -> None:
    tree.commit(put("base", "k", plain(1)), put("prod", "k", plain("text")))
    error = tree.refuse(put("", "k", _bounds(ValueType.INT, minimum=2)))
    assert [violation.description for violation in error.violations] == [
        "setting base/k has a value that does not fit: value must be at least 2, which 1 is not, as defined",
        "setting prod/k has a value that does not fit: value must be of type int, as defined, not string",
    ]
    assert {violation.field for violation in error.violations} == {"changes[0].put.definition"}


def test_definition_and_its_settings_may_change_together(tree: Tree) -> None:
    tree.commit(put("base", "k", plain("text")), put("prod", "k", plain("text")))
    tree.commit(put("", "k", INT), put("base", "k", plain(1)), delete("prod", "k"))
    tree.commit(delete("", "k", Kind.DEFINITION), put("prod", "k", plain("text")))


def test_definition_that_is_wrong_itself_says_nothing_about_settings(tree: Tree) -> None:
    tree.commit(put("base", "k", plain("text")))
    broken = _bounds(ValueType.INT, minimum=3, maximum=2)
    error = tree.refuse(put("", "k", broken), put("base", "k", plain("other")))
    assert said(error) == {"changes[0].put.definition.constraints.minimum": "is above the maximum, 2"}


@pytest.mark.parametrize(
    ("definition", "field", "message"),
    [
        (Definition(ValueType.INT, json_schema="even"), "json_schema", "binds values of type json only"),
        (Definition(ValueType.JSON, json_schema="{"), "json_schema", "is no schema"),
        (
            Definition(ValueType.JSON, json_schema="x" * 65_537),
            "json_schema",
            "at most 65536",
        ),
        (
            Definition(ValueType.JSON, json_schema="even", default=Value.of_json(1)),
            "default",
            "does not keep the defined JSON Schema",
        ),
        (
            Definition(
                ValueType.JSON, json_schema="even", constraints=Constraints(allowed=(Value.of_json(1),))
            ),
            "constraints.allowed[0]",
            "does not keep the defined JSON Schema",
        ),
        (
            Definition(ValueType.INT, default=Value.of_string("x")),
            "default",
            "must be of type int, as defined",
        ),
        (
            Definition(ValueType.INT, constraints=Constraints(minimum=2), default=Value.of_int(1)),
            "default",
            "must be at least 2",
        ),
        (_bounds(ValueType.STRING, minimum=1), "constraints.minimum", "binds int and double only"),
        (_bounds(ValueType.INT, min_length=1), "constraints.min_length", "binds string only"),
        (_bounds(ValueType.BOOL, pattern="a"), "constraints.pattern", "binds string only"),
        (
            _bounds(ValueType.INT, minimum=float("nan")),
            "constraints.minimum",
            "a finite number, not nan",
        ),
        (
            _bounds(ValueType.INT, maximum=float("inf")),
            "constraints.maximum",
            "a finite number, not inf",
        ),
        (
            _bounds(ValueType.STRING, min_length=2, max_length=1),
            "constraints.min_length",
            "above max_length, 1",
        ),
        (_bounds(ValueType.STRING, min_length=-1), "constraints.min_length", "must be from 0"),
        (_bounds(ValueType.STRING, pattern="("), "constraints.pattern", "no RE2 pattern"),
        (
            _bounds(ValueType.STRING, pattern="a" * 1001),
            "constraints.pattern",
            "at most 1000",
        ),
        (
            _bounds(ValueType.INT, allowed=(Value.of_string("x"),)),
            "constraints.allowed[0]",
            "must be of type int, as the definition says, not string",
        ),
        (Definition(ValueType.INT, tags=("a", "a")), "tags", "has 'a' 2 times"),
        (Definition(ValueType.INT, owner="x" * 257), "owner", "has 257 characters; at most 256"),
    ],
)
def test_definition_that_is_none_is_explained(
    tree: Tree, definition: Definition, field: str, message: str
) -> None:
    error = tree.refuse(put("", "k", definition))
    assert isinstance(error, InvalidRequest)
    assert message in said(error)[f"changes[0].put.definition.{field}"]


def test_required_setting_stays_where_no_parent_has_it(tree: Tree) -> None:
    tree.commit(
        put("", "k", Definition(ValueType.INT, required=True)),
        put("base", "k", plain(1)),
        put("prod", "k", plain(2)),
    )
    error = tree.refuse(delete("base", "k"))
    assert isinstance(error, FailedPrecondition)
    assert error.reason is Reason.MISSING_REQUIRED_PARAMETER
    assert said(error) == {
        "changes[0].delete": (
            "setting base/k is required by its definition, and no parent environment sets it"
        )
    }
    tree.commit(delete("prod", "k"))


def test_required_setting_goes_with_its_definition_or_environment(tree: Tree) -> None:
    tree.commit(
        put("", "k", Definition(ValueType.INT, required=True)),
        put("", "l", Definition(ValueType.INT, required=True)),
        put("base", "k", plain(1)),
        put("prod", "l", plain(2)),
    )
    tree.commit(delete("base", "k"), delete("", "k", Kind.DEFINITION))
    tree.commit(delete("prod", "l"), delete("", "prod", Kind.ENVIRONMENT))

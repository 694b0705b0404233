import json
from typing import Any

import pytest

from vexil.core.frozen import freeze
from vexil.server.control.schemas import JsonSchemas

LIMITS = json.dumps(
    {
        "type": "object",
        "properties": {"max": {"type": "integer", "maximum": 10}, "name": {"pattern": "^[a-z]+$"}},
        "additionalProperties": False,
    }
)


def test_schema_that_is_one_is_accepted() -> None:
    assert JsonSchemas().check_schema(LIMITS) is None
    assert JsonSchemas().check_schema("true") is None
    assert JsonSchemas().check_schema('{"$schema": "https://json-schema.org/draft/2020-12/schema"}') is None


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("{", "is not JSON"),
        ("[1]", "must be a JSON object"),
        ('{"type": "strin"}', "not a usable JSON Schema"),
        ('{"$schema": "http://json-schema.org/draft-07/schema#"}', "must be of draft 2020-12"),
        ('{"$ref": "https://example.com/other.json"}', "Retrieval is disabled"),
        ('{"$ref": "file:///etc/hostname"}', "Retrieval is disabled"),
        ('{"$ref": "#/$defs/missing"}', "does not exist"),
        ('{"pattern": "("}', "not a usable JSON Schema"),
        ('{"pattern": "(a{1000}){1000}"}', "not a usable JSON Schema"),
        ('{"not":' * 500 + "{}" + "}" * 500, "ecursion"),
        ('{"not":' * 100_000 + "{}" + "}" * 100_000, "nested too deep"),
    ],
)
def test_schema_that_is_none_is_explained(schema: str, said: str) -> None:
    problem = JsonSchemas().check_schema(schema)
    assert problem is not None
    assert said in problem


@pytest.mark.parametrize("pattern", ["(?<=a)b", r"(a)\1", "(?=a)"])
def test_pattern_that_needs_backtracking_is_refused(pattern: str) -> None:
    assert JsonSchemas().check_schema(json.dumps({"pattern": pattern})) is not None


def test_value_that_fits_has_no_problem() -> None:
    assert list(JsonSchemas().check_value(LIMITS, freeze({"max": 10, "name": "abc"}))) == []


def test_value_that_does_not_fit_is_told_with_its_place_and_without_itself() -> None:
    problems = JsonSchemas().check_value(LIMITS, freeze({"max": 4711, "name": "s3cret", "more": 1}))
    assert len(problems) == 3
    assert any(problem.startswith("/max: ") and "maximum of 10" in problem for problem in problems)
    assert any(problem.startswith("/name: ") for problem in problems)
    assert not any("4711" in problem or "s3cret" in problem for problem in problems)


def test_value_with_many_problems_has_the_first_few() -> None:
    schema = '{"items": {"type": "string"}}'
    assert len(JsonSchemas().check_value(schema, list(range(1000)))) == 5


class TestSchemasThatWouldKeepAValidatorBusy:
    @pytest.mark.parametrize(
        "schema",
        [
            {"$ref": "#"},
            {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
            {"$dynamicRef": "#x", "$dynamicAnchor": "x"},
            {"$defs": {"a": {"not": {"$ref": "#/$defs/b"}}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        ],
    )
    def test_reference_to_itself_at_the_same_place_is_refused(self, schema: Any) -> None:
        assert "refers to itself" in (JsonSchemas().check_schema(json.dumps(schema)) or "")

    def test_alternatives_that_double_at_each_step_are_refused(self) -> None:
        steps = {f"{i}": {"anyOf": [{"$ref": f"#/$defs/{i + 1}"}] * 2} for i in range(30)}
        schema = {"$defs": {**steps, "30": {"type": "string"}}, "$ref": "#/$defs/0"}
        assert "too many alternatives" in (JsonSchemas().check_schema(json.dumps(schema)) or "")

    def test_alternatives_that_double_with_each_level_of_the_value_are_refused(self) -> None:
        schema = json.dumps({"anyOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}], "type": "array"})
        value: Any = []
        for _ in range(30):
            value = [value]
        [problem] = JsonSchemas().check_value(schema, value)
        assert "too many alternatives" in problem
        assert JsonSchemas().check_schema(schema) is None
        assert JsonSchemas().check_value(schema, [[]]) == []

    def test_tree_of_any_usual_size_is_checked(self) -> None:
        node = {
            "oneOf": [
                {"type": "string"},
                {"type": "object", "properties": {"all": {"type": "array", "items": {"$ref": "#"}}}},
                {"type": "object", "additionalProperties": {"$ref": "#"}, "maxProperties": 1},
            ]
        }
        value: Any = ["leaf"] * 100
        for _ in range(3):
            value = {"all": [value if isinstance(value, dict) else "leaf"] * 5, "name": "x"}
        assert JsonSchemas().check_value(json.dumps(node), value) == []

    def test_reference_by_name_is_followed(self) -> None:
        schema = {
            "$defs": {"a": {"$anchor": "name", "type": "string"}},
            "properties": {"x": {"$ref": "#name"}},
        }
        assert len(JsonSchemas().check_value(json.dumps(schema), {"x": 1})) == 1


def test_schema_is_compiled_once() -> None:
    schemas = JsonSchemas()
    schemas.check_schema(LIMITS)
    schemas.check_value(LIMITS, {})
    assert schemas._compiled.cache_info().misses == 1


def test_value_under_a_broken_schema_is_refused() -> None:
    (problem,) = JsonSchemas().check_value("{", 1)
    assert "the schema can't be used" in problem

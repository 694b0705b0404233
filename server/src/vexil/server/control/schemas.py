"""JSON Schemas of definitions, by jsonschema-rs."""

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema_rs import Draft202012Validator, ReferencingError, RegexOptions, ValidationError

from vexil.server.control.schema_cost import SchemaCost, TooCostly

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_CACHED = 256
_SHOWN = 5
_MAX_PATTERN_MEMORY = 1 << 20
_THE_VALUE = "the value"


class JsonSchemas:
    """A SchemaChecker for draft 2020-12.

    Patterns are matched in linear time, by Rust's `regex`, which has no look-around and no backreferences.
    References lead only into the schema itself or to the draft's own meta-schemas. Compiled schemas are kept,
    the most recently used ones. A schema that would keep the validator busy is refused, by itself or for a
    value. Messages don't repeat the value, which may be large, or a secret.
    """

    def __init__(self) -> None:
        self._compiled = lru_cache(maxsize=_CACHED)(_compile)

    def check_schema(self, schema: str) -> str | None:
        """What is wrong with a schema's text; None when nothing is."""
        compiled = self._compiled(schema)
        return compiled if isinstance(compiled, str) else None

    def check_value(self, schema: str, value: Any) -> Sequence[str]:
        """What is wrong with a JSON value: the first few problems, each with the place in the value."""
        compiled = self._compiled(schema)
        if isinstance(compiled, str):
            return [f"the schema can't be used: {compiled}"]
        validator, cost = compiled
        try:
            cost.require_affordable(value)
        except TooCostly as error:
            return [f"the schema can't be used: {error}"]
        return [_told(error) for error in islice(validator.iter_errors(value), _SHOWN)]


def _compile(text: str) -> tuple[Draft202012Validator, SchemaCost] | str:
    """The compiled schema, or what is wrong with it."""
    try:
        schema = json.loads(text)
    except RecursionError:
        return "is nested too deep"
    except ValueError as error:
        return f"is not JSON: {error}"
    if not isinstance(schema, dict | bool):
        return "must be a JSON object, true or false"
    if isinstance(schema, dict) and schema.get("$schema", _DRAFT) != _DRAFT:
        return f"must be of draft 2020-12: leave $schema out, or write {_DRAFT!r}"
    try:
        validator = Draft202012Validator(
            schema,
            offline=True,
            pattern_options=RegexOptions(size_limit=_MAX_PATTERN_MEMORY),
            mask=_THE_VALUE,
        )
        return validator, SchemaCost(schema)
    except TooCostly as error:
        return str(error)
    except (ValidationError, ReferencingError, ValueError) as error:
        return f"is not a usable JSON Schema: {str(error).splitlines()[0]}"


def _told(error: ValidationError) -> str:
    place = "".join(f"/{step}" for step in error.instance_path)
    return f"{place or '/'}: {error.message}"

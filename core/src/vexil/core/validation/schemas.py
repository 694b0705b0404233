"""What checks values against JSON Schemas: given to the core, which has no library for it."""

from collections.abc import Sequence
from typing import Any, Protocol


class SchemaChecker(Protocol):
    """Checks JSON Schemas (draft 2020-12) and values against them."""

    def check_schema(self, schema: str) -> str | None:
        """What is wrong with a schema's text, for people; None when nothing is."""
        ...

    def check_value(self, schema: str, value: Any) -> Sequence[str]:
        """What is wrong with a JSON value by a schema that `check_schema` accepts, for people."""
        ...

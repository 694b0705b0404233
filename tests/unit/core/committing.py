"""A namespace that tests commit to: every commit is validated, drafted and applied, as the server does."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from vexil.core.change import Change, Delete, Put
from vexil.core.draft import draft
from vexil.core.errors import VexilError
from vexil.core.resource import KIND_OF, Environment, Kind, Namespace, Resource, ResourceId
from vexil.core.setting import Prerequisite, Rule, SegmentMatch, Setting
from vexil.core.snapshot import Snapshot
from vexil.core.validation import validate
from vexil.core.value import Value

NOW = datetime(2026, 1, 1, tzinfo=UTC)

ON_OFF = {"on": Value.of_bool(True), "off": Value.of_bool(False)}


class EvenNumbers:
    """A SchemaChecker with two schemas: `even`, for even numbers, and `any`."""

    def check_schema(self, schema: str) -> str | None:
        return None if schema in ("even", "any") else "is no schema"

    def check_value(self, schema: str, value: Any) -> Sequence[str]:
        return [] if schema == "any" or (isinstance(value, int) and value % 2 == 0) else ["/: is odd"]


class Tree:
    """The namespace `shop`, at first with these environments: name and parent."""

    def __init__(self, **parents: str | None) -> None:
        self.snapshot = Snapshot.empty("shop")
        self.commit(
            Put(ResourceId(Kind.NAMESPACE, "", "shop"), Namespace()),
            *(put("", name, Environment(parent)) for name, parent in parents.items()),
        )

    def commit(self, *changes: Change) -> None:
        """Makes a commit, which must be valid."""
        validate(self.snapshot, changes, EvenNumbers())
        self.snapshot = self.snapshot.apply(draft(self.snapshot, changes, now=NOW)).snapshot

    def refuse(self, *changes: Change) -> VexilError:
        """The error of a commit that must not be valid."""
        with pytest.raises(VexilError) as caught:
            validate(self.snapshot, changes, EvenNumbers())
        return caught.value


def put(environment: str, key: str, resource: Resource) -> Put:
    """The change that writes a resource."""
    return Put(ResourceId(KIND_OF[type(resource)], environment, key), resource)


def delete(environment: str, key: str, kind: Kind = Kind.SETTING) -> Delete:
    """The change that deletes one."""
    return Delete(ResourceId(kind, environment, key))


def plain(value: int | str) -> Setting:
    """A plain setting."""
    return Setting(value=Value.of_int(value) if isinstance(value, int) else Value.of_string(value))


def flag(*needs: str, segments: Sequence[str] = (), variants: Mapping[str, Value] | None = None) -> Setting:
    """A flag that needs these others to be on, with a rule for each segment."""
    return Setting(
        variants=ON_OFF if variants is None else variants,
        serve="off",
        prerequisites=tuple(Prerequisite(key, ("on",)) for key in needs),
        rules=tuple(Rule(SegmentMatch((key,)), "off") for key in segments),
    )


def said(error: VexilError) -> dict[str, str]:
    """Descriptions by field."""
    return {violation.field: violation.description for violation in error.violations}

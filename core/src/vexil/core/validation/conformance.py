"""Checks of settings against their definitions, both ways round."""

from collections.abc import Iterator

from vexil.core.change import Delete, Put
from vexil.core.errors import Reason
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Definition, Setting
from vexil.core.validation.content.definitions import check_conforms, placed_values
from vexil.core.validation.findings import Finding, inside
from vexil.core.validation.proposal import Proposal
from vexil.core.validation.schemas import SchemaChecker
from vexil.core.value import Value


def check_conformance(proposal: Proposal, broken: set[int], schemas: SchemaChecker) -> Iterator[Finding]:
    """Every value that would not keep its definition; `broken` are changes that are wrong by themselves."""
    usable: dict[str, Definition | None] = {}
    for index, change in enumerate(proposal.changes):
        if isinstance(change, Put) and isinstance(change.resource, Definition):
            problems = [] if index in broken else list(_check_schema(change.resource, schemas))
            yield from inside(f"changes[{index}].put.definition", problems)
            usable[change.id.key] = None if problems or index in broken else change.resource
            if usable[change.id.key] is not None:
                yield from _check_existing(proposal, index, change.id.key, change.resource, schemas)
    for index, change in enumerate(proposal.changes):
        if change.id.kind is not Kind.SETTING or index in broken:
            continue
        definition = usable.get(change.id.key)
        if change.id.key not in usable:
            found = proposal.own(ResourceId(Kind.DEFINITION, "", change.id.key))
            definition = found if isinstance(found, Definition) else None
        if definition is None:
            continue
        if isinstance(change, Put) and isinstance(change.resource, Setting):
            findings = _check_setting(change.resource, definition, schemas)
            yield from inside(f"changes[{index}].put.setting", findings)
        elif isinstance(change, Delete) and definition.required:
            yield from _check_required(proposal, index, change.id)


def _check_schema(definition: Definition, schemas: SchemaChecker) -> Iterator[Finding]:
    if definition.json_schema is None:
        return
    problem = schemas.check_schema(definition.json_schema)
    if problem is not None:
        yield Finding("json_schema", problem)
        return
    if definition.default is not None:
        yield from inside("default", _check_value(definition.default, definition, schemas))
    for index, allowed in enumerate(definition.constraints.allowed):
        place = f"constraints.allowed[{index}]"
        yield from inside(place, _check_value(allowed, definition, schemas))


def _check_setting(setting: Setting, definition: Definition, schemas: SchemaChecker) -> Iterator[Finding]:
    for place, value in placed_values(setting):
        problems = list(inside(place, check_conforms(value, definition)))
        yield from problems or inside(place, _check_value(value, definition, schemas))


def _check_value(value: Value, definition: Definition, schemas: SchemaChecker) -> Iterator[Finding]:
    if definition.json_schema is None:
        return
    broken = "does not keep the defined JSON Schema"
    for problem in schemas.check_value(definition.json_schema, value.data):
        if definition.sensitive:
            # The problem quotes what is wrong.
            yield Finding("", broken, Reason.CONSTRAINT_VIOLATION)
            return
        yield Finding("", f"{broken}: {problem}", Reason.CONSTRAINT_VIOLATION)


def _check_existing(
    proposal: Proposal, index: int, key: str, definition: Definition, schemas: SchemaChecker
) -> Iterator[Finding]:
    """The settings that are there and stay as they are; changed ones are checked as changes."""
    for name in proposal.tree.ordered():
        id = ResourceId(Kind.SETTING, name, key)
        setting = None if id in proposal.index else proposal.own(id)
        if isinstance(setting, Setting):
            for found in _check_setting(setting, definition, schemas):
                description = f"{id} has a value that does not fit: {found.field} {found.description}"
                yield Finding(f"changes[{index}].put.definition", description, found.reason)


def _check_required(proposal: Proposal, index: int, id: ResourceId) -> Iterator[Finding]:
    if id.environment in proposal.tree and proposal.effective(id.environment, id.kind, id.key) is None:
        missing = f"{id} is required by its definition, and no parent environment sets it"
        yield Finding(f"changes[{index}].delete", missing, Reason.MISSING_REQUIRED_PARAMETER)

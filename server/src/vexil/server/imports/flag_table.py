"""The single-table layout of a serverless flag system.

| PK | SK | here |
|---|---|---|
| `FEATURES` | `FEATURE#<name>` | the definition of a boolean |
| `ENVIRONMENT#<name>` | `ENV#<environment>` | the flag in that environment |
| `AUDIT#<name>` | `LOGS#<time>` | set aside |
| `USER#<email>` | `PROFILE` | set aside |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from vexil.core.change import Put
from vexil.core.resource import Kind, ResourceId
from vexil.core.setting import Definition
from vexil.core.value import ValueType
from vexil.server.imports.attributes import Attributes
from vexil.server.imports.environments import EnvironmentNames
from vexil.server.imports.flags import switch
from vexil.server.imports.item import Broken, Item
from vexil.server.imports.json_values import name_of
from vexil.server.imports.numbers import Number
from vexil.server.imports.outcome import Mapped, Outcome, Refused, SetAside
from vexil.server.imports.problem import ImportProblem

_AUDIT = SetAside("audit entries", "the history here begins with the import; keep the table for the old one")
_USERS = SetAside("users", "people sign in elsewhere; their passwords are not taken over")

_MOST_SECONDS = 253_402_300_799
"""The end of the year 9999."""


@dataclass(frozen=True, slots=True)
class FlagTableMapper:
    """Maps items of the table. `now` is the time, in UTC: the old system turned flags on at a time."""

    now: datetime
    names: EnvironmentNames = field(default_factory=EnvironmentNames)

    def __call__(self, item: Item | Broken) -> Outcome:
        """What became of the item."""
        if isinstance(item, Broken):
            return Refused(item.place, (item.reason,))
        attributes = Attributes(item.attributes)
        partition, sort = attributes.needed("PK"), attributes.needed("SK")
        if attributes.problems:
            return Refused(item.place, tuple(attributes.problems))
        name = f"{item.place}: {partition} {sort}"
        notes: tuple[str, ...] = ()
        match partition.partition("#"), sort.partition("#"):
            case ("USER", "#", _), ("PROFILE", "", ""):
                return _USERS
            case ("AUDIT", "#", _), ("LOGS", "#", _):
                return _AUDIT
            case ("FEATURES", "", ""), ("FEATURE", "#", key):
                put = _definition(attributes, key)
            case ("ENVIRONMENT", "#", key), ("ENV", "#", environment):
                put, notes = self._flag(attributes, key, environment)
            case _:
                return Refused(name, ("PK and SK are of no known kind of item",))
        if attributes.problems:
            return Refused(name, tuple(attributes.problems))
        left = tuple(f"{path}: is not known, and left out" for path in attributes.unknown)
        return Mapped(name, (put,), (*notes, *left))

    def _flag(self, item: Attributes, key: str, environment: str) -> tuple[Put, tuple[str, ...]]:
        enabled = item.flag("enabled")
        if enabled is None and item.take("enabled") is None:
            item.refuse("enabled", "is missing")
        item.take("updated_at")
        written = item.text("environment")
        if written is not None and written.lower() != environment.lower():
            item.refuse("environment", f"is {written!r}, and SK says {environment!r}")
        opens = _time(item, "rollout_end_at")
        notes: tuple[str, ...] = ()
        if opens is not None and not enabled:
            enabled = opens <= self.now
            if not enabled:
                notes = (f"rollout_end_at: turn the flag on at {opens.isoformat()}; nothing here does it",)
        label = ""
        try:
            label = self.names[environment]
        except ImportProblem as problem:
            item.refuse("SK", str(problem))
        return Put(ResourceId(Kind.SETTING, label, key), switch(enabled=bool(enabled))), notes


def _definition(item: Attributes, key: str) -> Put:
    item.take("created_at")
    definition = Definition(ValueType.BOOL, description=item.text("description") or "")
    return Put(ResourceId(Kind.DEFINITION, "", key), definition)


def _time(item: Attributes, name: str) -> datetime | None:
    """Seconds since 1970, or ISO 8601, in UTC unless it says otherwise."""
    value: Any = item.take(name)
    try:
        if isinstance(value, str) and value:
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, Number) and not isinstance(value, bool) and 0 <= value <= _MOST_SECONDS:
            return datetime.fromtimestamp(float(value), UTC)
    except ValueError:
        value = "a text that is no time"
    if value not in (None, ""):
        shown = name_of(value) if isinstance(value, Mapping | list) else value
        item.refuse(name, f"must be seconds since 1970 or ISO 8601, not {shown}")
    return None

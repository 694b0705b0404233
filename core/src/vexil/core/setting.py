"""Settings (flags), segments, definitions: what `proto/vexil/v1/setting.proto` says, as Python types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum

from vexil.core.frozen import FrozenDict
from vexil.core.value import Value, ValueType

_NO_VARIANTS: Mapping[str, Value] = FrozenDict()


def no_variants() -> Mapping[str, Value]:
    """The variants of a plain setting: one empty mapping, shared, since most settings are plain."""
    return _NO_VARIANTS


class Operator(Enum):
    """Operators of a match. The values are the names that files use."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    MATCHES = "matches"
    LESS_THAN = "less_than"
    LESS_THAN_OR_EQUAL = "less_than_or_equal"
    GREATER_THAN = "greater_than"
    GREATER_THAN_OR_EQUAL = "greater_than_or_equal"
    SEMVER_EQUALS = "semver_equals"
    SEMVER_LESS_THAN = "semver_less_than"
    SEMVER_LESS_THAN_OR_EQUAL = "semver_less_than_or_equal"
    SEMVER_GREATER_THAN = "semver_greater_than"
    SEMVER_GREATER_THAN_OR_EQUAL = "semver_greater_than_or_equal"
    BEFORE = "before"
    AFTER = "after"
    IN_CIDR = "in_cidr"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Match:
    """A test of one attribute; holds when the operator holds for at least one operand."""

    attribute: str
    operator: Operator
    operands: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentMatch:
    """The context is in at least one of these segments."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds; none holds too."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one condition holds; none does not."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: "Condition"


Condition = Match | SegmentMatch | All | Any | Not


@dataclass(frozen=True, slots=True)
class WeightedVariant:
    """A variant and its share, relative to the sum of all."""

    variant: str
    weight: int


@dataclass(frozen=True, slots=True)
class Split:
    """A weighted split; `bucket_by` None means the targeting key."""

    weights: tuple[WeightedVariant, ...]
    bucket_by: str | None = None


Serve = str | Split
"""What is served: the name of a variant, or a split."""


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """Another flag that must serve one of these variants."""

    key: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Targeting keys that get a variant."""

    variant: str
    targeting_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where the condition holds, this is served. `id` is empty when the rule has no name."""

    condition: Condition
    serve: Serve
    id: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A typed setting: plain (`value`) or a flag (`variants` and `serve`)."""

    value: Value | None = None
    variants: Mapping[str, Value] = field(default_factory=no_variants)
    serve: Serve | None = None
    enabled: bool = True
    off_variant: str | None = None
    prerequisites: tuple[Prerequisite, ...] = ()
    targets: tuple[Target, ...] = ()
    rules: tuple[Rule, ...] = ()
    salt: str | None = None
    description: str = ""
    tags: tuple[str, ...] = ()

    @property
    def type(self) -> ValueType | None:
        """The type that all its values share; None when it has none (which validation refuses)."""
        if self.value is not None:
            return self.value.type
        return next((value.type for value in self.variants.values()), None)


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of contexts: excluded over included over any of the conditions."""

    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    description: str = ""
    tags: tuple[str, ...] = ()


class Lifecycle(IntEnum):
    """Whether a setting is meant to stay."""

    PERMANENT = 1
    TEMPORARY = 2


@dataclass(frozen=True, slots=True)
class Constraints:
    """Bounds on values; None does not bind. Lengths are in code points; the pattern (RE2) fits all of it."""

    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    allowed: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """What every value of one setting key must keep, in all environments. `json_schema` is JSON text."""

    type: ValueType
    json_schema: str | None = None
    constraints: Constraints = field(default_factory=Constraints)
    default: Value | None = None
    required: bool = False
    sensitive: bool = False
    description: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    lifecycle: Lifecycle = Lifecycle.PERMANENT
    expires_at: datetime | None = None

"""The commits of the golden vectors: every part of a commit, and contents of several kinds."""

from datetime import UTC, datetime, timedelta

from vexil.core.audit.origin import Origin
from vexil.core.resource import (
    Commit,
    Deleted,
    Environment,
    Kind,
    Namespace,
    ResourceId,
    ResourceState,
    Revision,
    Version,
)
from vexil.core.setting import (
    All,
    Definition,
    Match,
    Operator,
    Rule,
    Segment,
    SegmentMatch,
    Setting,
    Split,
    WeightedVariant,
)
from vexil.core.value import Value, ValueType

_START = datetime(2026, 1, 1, 12, tzinfo=UTC)


_IN_EUROPE = Match("country", Operator.EQUALS, (Value.of_string("DE"), Value.of_string("AT")))

_BANNER = Setting(
    variants={"off": Value.of_bool(False), "on": Value.of_bool(True)},
    serve=Split((WeightedVariant("on", 1), WeightedVariant("off", 99_999))),
    off_variant="off",
    rules=(Rule(All((_IN_EUROPE, SegmentMatch(("staff",)))), "on", "r1"),),
    tags=("marketing",),
)


def _at(revision: int) -> datetime:
    return _START + timedelta(seconds=revision, microseconds=revision)


def _made(revision: int, kind: Kind, environment: str, key: str, resource: object) -> ResourceState:
    id = ResourceId(kind, environment, key)
    return ResourceState(id, resource, Version(1), Revision(revision), Revision(revision), _at(revision))  # type: ignore[arg-type]


COMMITS = [
    Commit(
        "shop",
        Revision(1),
        (
            _made(1, Kind.NAMESPACE, "", "shop", Namespace("Shop", "checkout")),
            _made(1, Kind.ENVIRONMENT, "", "prod", Environment(None, "Production", True)),
        ),
        _at(1),
        author="cert:ada",
        origin=Origin("ipv4:192.0.2.7:51234", "certificate"),
    ),
    Commit(
        "shop",
        Revision(2),
        (
            _made(2, Kind.DEFINITION, "", "token", Definition(type=ValueType.STRING, sensitive=True)),
            _made(2, Kind.SETTING, "prod", "token", Setting(value=Value.of_string("pÄss – 鍵"))),
            _made(2, Kind.SETTING, "prod", "ratio", Setting(value=Value.of_double(0.1))),
            _made(2, Kind.SEGMENT, "prod", "staff", Segment(("ada", "bob"), (), (_IN_EUROPE,))),
            _made(2, Kind.SETTING, "prod", "banner", _BANNER),
        ),
        _at(2),
        author="key:k1",
        message="two lines\nof reasons",
        labels={"ticket": "OPS-42", "": "", "ä": "ö"},
        request_id="6f2b",
        origin=Origin("ipv6:[2001:db8::1]:443", "service-key"),
    ),
    Commit(
        "shop",
        Revision(3),
        (Deleted(ResourceId(Kind.SETTING, "prod", "ratio"), Version(2), Revision(3)),),
        _at(3),
        20001,
    ),
    Commit("shop", Revision(4), (), _at(4), author="ada"),
]

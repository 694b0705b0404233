from hypothesis import given
from hypothesis import strategies as st

from vexil.core.change import Put
from vexil.core.resource import Environment, Kind, Resource, ResourceId
from vexil.core.setting import Prerequisite, Rule, Segment, SegmentMatch, Setting
from vexil.core.validation import ordering
from vexil.core.value import Value

VARIANTS = {"on": Value.of_bool(True), "off": Value.of_bool(False)}


def put(kind: Kind, key: str, resource: Resource, environment: str = "") -> Put:
    return Put(ResourceId(kind, environment, key), resource)


def references_first(changes: list[Put]) -> list[Put]:
    return ordering.references_first(changes, lambda change: change)


def flag(key: str, *prerequisites: str, segment: str = "", environment: str = "prod") -> Put:
    rules = (Rule(SegmentMatch((segment,)), "on"),) if segment else ()
    needed = tuple(Prerequisite(other, ("on",)) for other in prerequisites)
    setting = Setting(variants=VARIANTS, serve="on", prerequisites=needed, rules=rules)
    return put(Kind.SETTING, key, setting, environment)


def segment(key: str, *others: str) -> Put:
    conditions = tuple(SegmentMatch((other,)) for other in others)
    return put(Kind.SEGMENT, key, Segment(conditions=conditions), "prod")


def environment(key: str, parent: str | None) -> Put:
    return put(Kind.ENVIRONMENT, key, Environment(parent))


def keys(changes: list[Put]) -> list[str]:
    return [change.id.key for change in references_first(changes)]


def test_changes_without_references_keep_their_order() -> None:
    assert keys([flag("b"), flag("a"), segment("c")]) == ["b", "a", "c"]


def test_what_is_referred_to_comes_first() -> None:
    assert keys(
        [flag("a", "b", segment="s"), flag("b", "c"), flag("c"), segment("s", "t"), segment("t")]
    ) == [
        "c",
        "b",
        "t",
        "s",
        "a",
    ]


def test_references_count_in_every_environment() -> None:
    changes = [flag("a", "b"), flag("b", environment="base"), flag("b", environment="prod")]

    assert [change.id.environment for change in references_first(changes)] == [
        "base",
        "prod",
        "prod",
    ]


def test_circles_and_long_chains_end() -> None:
    assert sorted(keys([flag("a", "b"), flag("b", "a"), flag("c", "c")])) == ["a", "b", "c"]
    chain = [flag(str(number), str(number + 1)) for number in range(5000)]
    assert keys(chain) == [str(number) for number in reversed(range(5000))]


@given(st.data())
def test_every_reference_is_before_what_refers_to_it(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 8))
    changes = [
        flag(str(number), *data.draw(st.lists(st.sampled_from([str(n) for n in range(number)]), max_size=3)))
        if number
        else flag("0")
        for number in range(count)
    ]
    shuffled = data.draw(st.permutations(changes))

    ordered = references_first(shuffled)

    assert sorted(change.id for change in ordered) == sorted(change.id for change in changes)
    place = {change.id.key: index for index, change in enumerate(ordered)}
    for change in ordered:
        assert change.id.kind is Kind.SETTING
        assert isinstance(change.resource, Setting)
        for prerequisite in change.resource.prerequisites:
            assert place[prerequisite.key] < place[change.id.key]

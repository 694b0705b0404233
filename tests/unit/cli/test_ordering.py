from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cli.states import state
from vexil.core.change import Put
from vexil.core.resource import Environment, Kind
from vexil.core.setting import Prerequisite, Rule, Segment, SegmentMatch, Setting
from vexil.core.value import Value
from vexil.files.source import Source
from vexil.server.cli.ordering import references_first
from vexil.server.cli.shipments import WrittenLine

VARIANTS = {"on": Value.of_bool(True), "off": Value.of_bool(False)}


def flag(key: str, *prerequisites: str, segment: str = "", environment: str = "prod") -> WrittenLine:
    rules = (Rule(SegmentMatch((segment,)), "on"),) if segment else ()
    needed = tuple(Prerequisite(other, ("on",)) for other in prerequisites)
    one = state(key, Setting(variants=VARIANTS, serve="on", prerequisites=needed, rules=rules), environment)
    return WrittenLine(Put(one.id, one.resource), Source("x"))


def segment(key: str, *others: str) -> WrittenLine:
    one = state(key, Segment(conditions=tuple(SegmentMatch((other,)) for other in others)), "prod")
    return WrittenLine(Put(one.id, one.resource), Source("x"))


def environment(key: str, parent: str | None) -> WrittenLine:
    one = state(key, Environment(parent))
    return WrittenLine(Put(one.id, one.resource), Source("x"))


def keys(changes: list[WrittenLine]) -> list[str]:
    return [written.change.id.key for written in references_first(changes)]


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

    assert [written.change.id.environment for written in references_first(changes)] == [
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

    assert sorted(written.change.id for written in ordered) == sorted(
        written.change.id for written in changes
    )
    place = {written.change.id.key: index for index, written in enumerate(ordered)}
    for written in ordered:
        assert written.change.id.kind is Kind.SETTING
        assert isinstance(written.change.resource, Setting)
        for prerequisite in written.change.resource.prerequisites:
            assert place[prerequisite.key] < place[written.change.id.key]

"""Laws of validation: what is valid is accepted, and looking only at what changed misses nothing."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import strategies as some
from tests.unit.core.committing import NOW, EvenNumbers, Tree, delete, flag, put
from vexil.core.change import Change
from vexil.core.draft import draft
from vexil.core.errors import VexilError
from vexil.core.resource import Environment, Kind, ResourceId
from vexil.core.setting import Segment, SegmentMatch
from vexil.core.snapshot import Snapshot
from vexil.core.validation import check_put, validate
from vexil.core.validation.references import references_of
from vexil.core.value import Value
from vexil.core.view import View

ENVIRONMENTS = ("base", "prod", "qa", "canary")
KEYS = ("a", "b", "c")
NO_ON = {"no": Value.of_bool(True), "off": Value.of_bool(False)}

_keys = st.lists(st.sampled_from(KEYS), max_size=2, unique=True)
_flags = st.builds(
    lambda needs, segments, variants: flag(*needs, segments=segments, variants=variants),
    _keys,
    _keys,
    st.sampled_from([None, None, None, NO_ON]),
)
_segments = st.builds(lambda keys: Segment(conditions=tuple(SegmentMatch((key,)) for key in keys)), _keys)
_environment = st.sampled_from(ENVIRONMENTS)
_puts = st.builds(put, _environment, st.sampled_from(KEYS), _flags | _segments)
_deletes = st.builds(
    delete, _environment, st.sampled_from(KEYS), st.sampled_from([Kind.SETTING, Kind.SEGMENT])
)
_moves = st.builds(
    put, st.just(""), _environment, st.builds(Environment, parent=st.none() | st.sampled_from(ENVIRONMENTS))
)
_commits = st.lists(
    st.one_of(_puts, _puts, _deletes, _moves), min_size=1, max_size=3, unique_by=lambda change: change.id
)


def _broken(view: View) -> Iterator[str]:
    """Everything that dangles or goes round in a circle in a view, found by looking at all of it."""
    edges: dict[tuple[Kind, str], set[tuple[Kind, str]]] = {}
    for state in view.states():
        node = (state.id.kind, state.id.key)
        edges[node] = set()
        for reference in references_of(state.resource):
            entry = view.get(reference.kind, reference.key)
            if entry is None:
                yield f"{node} needs {reference}"
            elif reference.kind is Kind.SETTING:
                variants = getattr(entry.state.resource, "variants")  # noqa: B009
                if not set(reference.variants) <= variants.keys():
                    yield f"{node} needs {reference}"
            edges[node].add((reference.kind, reference.key))
    for _ in edges:
        edges = {node: {other for other in others if edges.get(other)} for node, others in edges.items()}
    yield from (f"{node} is in a circle, or leads to one" for node, others in edges.items() if others)


def _is_broken(snapshot: Snapshot) -> bool:
    return any(any(_broken(view)) for view in snapshot.views.values())


@settings(max_examples=300)
@given(st.lists(_commits, min_size=6, max_size=20))
def test_commit_is_accepted_exactly_if_nothing_is_broken_after_it(commits: list[list[Change]]) -> None:
    tree = Tree(base=None, prod="base", qa="base", canary="prod")
    tree.commit(*(put("base", key, content) for key in KEYS for content in (flag(), Segment())))
    for changes in commits:
        try:
            validate(tree.snapshot, changes, EvenNumbers())
            accepted, error = True, None
        except VexilError as refusal:
            accepted, error = False, refusal
        try:
            after = tree.snapshot.apply(draft(tree.snapshot, changes, now=NOW)).snapshot
        except (VexilError, KeyError):
            assert not accepted
            continue
        assert accepted is not _is_broken(after), error
        if accepted:
            tree.snapshot = after


@given(st.data())
def test_valid_resource_is_accepted(data: st.DataObject) -> None:
    id = data.draw(some.resource_ids())
    if id.kind in (Kind.ROUTING_RULE, Kind.LOGGING_CONFIGURATION):
        id = id._replace(key=f"main/{id.key}")
    resource = data.draw(some.resources(id.kind))
    problems = [
        finding
        for finding in check_put(id, resource)
        # The strategy draws any text, also where a routing operator wants a number.
        if "takes numbers" not in finding.description
    ]
    assert problems == []


@given(some.arbitrary_settings(), st.text())
def test_no_setting_crashes_validation(setting: object, key: str) -> None:
    list(check_put(ResourceId(Kind.SETTING, "prod", key), setting))  # type: ignore[arg-type]

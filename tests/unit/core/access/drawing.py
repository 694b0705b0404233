"""Strategies over a world so small that what is drawn often meets."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from vexil.core.access.binding import RoleBinding
from vexil.core.access.role import BUILT_IN, Role
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind
from vexil.core.selector import Selector

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CUSTOM = {"evaluator": Role((Verb.EVALUATE,)), "nothing": Role(())}

namespaces = st.sampled_from(["shop", "bank"])
environments = st.sampled_from(["prod", "qa", ""])
kinds = st.sampled_from([Kind.SETTING, Kind.SEGMENT, Kind.DEFINITION, Kind.ENVIRONMENT])
keys = st.text("ab/", min_size=1, max_size=4)
verbs = st.sampled_from(Verb)


def _some(names: SearchStrategy[str]) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(names, max_size=2, unique=True).map(tuple) | st.just((ALL,))


scopes = st.builds(
    Scope,
    _some(namespaces),
    _some(st.sampled_from(["prod", "qa"])),
    _some(keys),
    _some(st.sampled_from(["setting", "segment", "definition", "environment", "kind_of_a_newer_release"])),
)
bindings = st.builds(
    RoleBinding,
    subject=st.just("key:a"),
    role=st.sampled_from([*BUILT_IN, *CUSTOM, "missing"]),
    scope=scopes,
    expires_at=st.none() | st.integers(-2, 2).map(lambda days: NOW + timedelta(days=days)),
)
named_bindings = st.lists(st.tuples(st.uuids().map(str), bindings), max_size=4)
selectors = st.builds(Selector, st.none() | kinds, keys, st.none()) | st.builds(
    Selector, st.none() | kinds, st.none(), st.none() | keys
)

"""Laws of permissions: denied by default, never wider than what was granted."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.access.drawing import (
    CUSTOM,
    NOW,
    bindings,
    environments,
    keys,
    kinds,
    named_bindings,
    namespaces,
    scopes,
    selectors,
    verbs,
)
from vexil.core.access.binding import RoleBinding
from vexil.core.access.grants import NOTHING, UNRESTRICTED, Grants
from vexil.core.access.role import BUILT_IN
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind
from vexil.core.selector import Selector

Named = list[tuple[str, RoleBinding]]
asks = st.tuples(verbs, namespaces, environments, kinds, keys)
Ask = tuple[Verb, str, str, Kind, str]


def compiled(named: Named) -> Grants:
    return Grants.compile(named, CUSTOM, NOW)


@given(asks)
def test_without_a_binding_nothing_is_allowed(ask: Ask) -> None:
    verb, namespace, environment, _, _ = ask
    assert not NOTHING.allows(*ask)
    assert NOTHING.reach(verb, namespace, environment).is_empty
    assert not NOTHING.sees_namespace(namespace)
    assert not NOTHING.covers(verb, Scope.of_namespace(namespace))
    assert not NOTHING.holds(verb)


@given(named_bindings, bindings, asks)
def test_another_binding_never_takes_away(named: Named, more: RoleBinding, ask: Ask) -> None:
    if compiled(named).allows(*ask):
        assert compiled([*named, ("more", more)]).allows(*ask)


@given(named_bindings, asks)
def test_what_is_allowed_is_allowed_by_one_binding_alone(named: Named, ask: Ask) -> None:
    why = compiled(named).why(*ask)
    alone = [name for name, binding in named if compiled([(name, binding)]).allows(*ask)]
    assert (why.binding if why else None) == (alone[0] if alone else None)


@given(named_bindings, asks)
def test_only_verbs_of_bound_roles_are_allowed(named: Named, ask: Ask) -> None:
    roles = {**CUSTOM, **BUILT_IN}
    held = {verb for _, binding in named if binding.role in roles for verb in roles[binding.role].verbs}
    if compiled(named).allows(*ask):
        assert ask[0] in held


@given(named_bindings, asks)
def test_reach_and_allows_say_the_same(named: Named, ask: Ask) -> None:
    verb, namespace, environment, kind, key = ask
    grants = compiled(named)
    assert grants.reach(verb, namespace, environment).fits(kind, key) == grants.allows(*ask)


@given(named_bindings, asks, selectors)
def test_a_covered_selector_selects_nothing_else(named: Named, ask: Ask, selector: Selector) -> None:
    verb, namespace, environment, kind, key = ask
    reach = compiled(named).reach(verb, namespace, environment)
    is_there = kind.in_environment is bool(environment)
    if reach.covers(selector) and is_there and selector.fits_place(kind, key):
        assert reach.fits(kind, key)


@given(named_bindings, asks, selectors)
def test_what_one_binding_covers_all_of_them_cover(named: Named, ask: Ask, selector: Selector) -> None:
    verb, namespace, environment, _, _ = ask
    alone = [compiled([each]).reach(verb, namespace, environment).covers(selector) for each in named]
    if any(alone):
        assert compiled(named).reach(verb, namespace, environment).covers(selector)


@given(named_bindings, asks)
def test_prefixes_and_fits_say_the_same(named: Named, ask: Ask) -> None:
    verb, namespace, environment, kind, key = ask
    reach = compiled(named).reach(verb, namespace, environment)
    assert key.startswith(reach.prefixes(kind)) is reach.fits(kind, key)


@given(named_bindings, verbs, st.sampled_from([Kind.NAMESPACE, Kind.ENVIRONMENT]), keys)
def test_what_keys_begin_with_gives_no_namespace_and_no_environment(
    named: Named, verb: Verb, kind: Kind, name: str
) -> None:
    everywhere = [(each, binding) for each, binding in named if binding.scope.key_prefixes == (ALL,)]
    asked = (verb, "shop", "", kind, name)
    assert compiled(named).allows(*asked) is compiled(everywhere).allows(*asked)


@given(named_bindings, asks)
def test_what_is_allowed_is_seen(named: Named, ask: Ask) -> None:
    _, namespace, environment, _, _ = ask
    grants = compiled(named)
    if grants.allows(*ask):
        assert grants.sees_namespace(namespace)
        assert grants.sees_environment(namespace, environment)


@given(named_bindings, asks, scopes)
def test_a_covered_scope_holds_only_what_is_allowed(named: Named, ask: Ask, scope: Scope) -> None:
    verb, namespace, environment, kind, key = ask
    grants = compiled(named)
    if grants.covers(verb, scope) and scope.fits(namespace, environment, kind.name.lower(), key):
        assert grants.allows(*ask)


@given(named_bindings, bindings, asks)
def test_nobody_can_give_what_they_do_not_have(named: Named, given_: RoleBinding, ask: Ask) -> None:
    grants, roles = compiled(named), {**CUSTOM, **BUILT_IN}
    role = roles.get(given_.role)
    if role is not None and grants.may_bind(role.verbs, given_.scope, given_.expires_at):
        for days in range(3):
            later = NOW + timedelta(days=days)
            other = Grants.compile([("given", given_)], CUSTOM, later)
            assert Grants.compile(named, CUSTOM, later).allows(*ask) or not other.allows(*ask)


@given(named_bindings, asks, st.integers(0, 3))
def test_an_expired_binding_allows_nothing(named: Named, ask: Ask, days: int) -> None:
    later = NOW + timedelta(days=days)
    kept = [(name, each) for name, each in named if each.expires_at is None or later < each.expires_at]
    assert Grants.compile(named, CUSTOM, later) == Grants.compile(kept, CUSTOM, later)


@given(named_bindings, asks)
def test_grants_stay_the_same_until_they_expire(named: Named, ask: Ask) -> None:
    grants = compiled(named)
    if grants.expires_at is None:
        assert compiled(named) == Grants.compile(named, CUSTOM, NOW + timedelta(days=9999))
    else:
        last = grants.expires_at - timedelta(microseconds=1)
        assert Grants.compile(named, CUSTOM, last).grants == grants.grants
        assert Grants.compile(named, CUSTOM, grants.expires_at).grants != grants.grants


@given(named_bindings, verbs, environments, keys)
def test_permissions_are_read_only_with_access_to_everything(
    named: Named, verb: Verb, environment: str, key: str
) -> None:
    grants = compiled(named)
    allowed = grants.allows(verb, SYSTEM_NAMESPACE, environment, Kind.SERVICE_KEY, key)
    if not grants.covers(Verb.ACCESS_READ, Scope.everything()):
        assert not allowed
        assert not grants.sees_namespace(SYSTEM_NAMESPACE)
        assert not grants.covers(verb, Scope.of_namespace(SYSTEM_NAMESPACE))
        assert grants.reach(verb, SYSTEM_NAMESPACE, environment).is_empty
    if verb is Verb.AUDIT_READ and not grants.covers(verb, Scope.everything()):
        assert not allowed
    if verb not in {Verb.READ, Verb.WATCH, Verb.HISTORY, Verb.EXPORT, Verb.ACCESS_READ, Verb.AUDIT_READ}:
        assert not allowed
        assert not grants.covers(verb, Scope.of_namespace(SYSTEM_NAMESPACE))


@given(asks)
def test_unrestricted_grants_allow_everything(ask: Ask) -> None:
    assert UNRESTRICTED.allows(*ask)
    assert UNRESTRICTED.covers(ask[0], Scope((ALL,), (ALL,), (ALL,), (ALL,)))

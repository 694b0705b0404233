"""Single cases of what bindings come to."""

from datetime import timedelta

import pytest

from tests.unit.core.access.drawing import NOW
from vexil.core.access.binding import RoleBinding
from vexil.core.access.grants import Grants
from vexil.core.access.role import BUILT_IN
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.verb import Verb
from vexil.core.resource import Kind
from vexil.core.selector import EVERYTHING, Selector

SHOP = Scope.of_namespace("shop")
PROD = Scope(("shop",), ("prod",), ("checkout/",), ("setting",))


def grants(role: str, *scopes: Scope) -> Grants:
    named = [(f"b{index}", RoleBinding("key:a", role, scope)) for index, scope in enumerate(scopes)]
    return Grants.compile(named, {}, NOW)


@pytest.mark.parametrize(
    ("namespace", "environment", "kind", "key"),
    [
        ("bank", "prod", Kind.SETTING, "checkout/a"),
        ("shop", "qa", Kind.SETTING, "checkout/a"),
        ("shop", "", Kind.DEFINITION, "checkout/a"),
        ("shop", "prod", Kind.SEGMENT, "checkout/a"),
        ("shop", "prod", Kind.SETTING, "checkout"),
        ("shop", "prod", Kind.SETTING, "Checkout/a"),
    ],
)
def test_one_member_that_does_not_fit_denies(namespace: str, environment: str, kind: Kind, key: str) -> None:
    editor = grants("editor", PROD)
    assert editor.allows(Verb.WRITE, "shop", "prod", Kind.SETTING, "checkout/a")
    assert not editor.allows(Verb.WRITE, namespace, environment, kind, key)


def test_an_empty_scope_allows_nothing_even_to_an_admin() -> None:
    admin = grants("admin", Scope(("shop",), (ALL,), (ALL,), ()))
    assert not admin.allows(Verb.READ, "shop", "prod", Kind.SETTING, "a")
    assert not admin.sees_namespace("shop")


@pytest.mark.parametrize(
    "selector",
    [
        EVERYTHING,
        Selector(Kind.SETTING),
        Selector(Kind.SETTING, prefix="check"),
        Selector(prefix="checkout/"),
        Selector(Kind.SETTING, key="checkout"),
        Selector(tag="web"),
    ],
)
def test_a_watch_wider_than_its_grant_is_not_covered(selector: Selector) -> None:
    """The weakness of etcd's GHSA-xg4h-6gfc-h4m8: only the start of a watched range was checked."""
    assert not grants("client", PROD).reach(Verb.WATCH, "shop", "prod").covers(selector)


@pytest.mark.parametrize(
    "selector",
    [
        Selector(Kind.SETTING, prefix="checkout/"),
        Selector(Kind.SETTING, prefix="checkout/a", tag="web"),
        Selector(Kind.SETTING, key="checkout/a"),
    ],
)
def test_a_watch_within_its_grant_is_covered(selector: Selector) -> None:
    assert grants("client", PROD).reach(Verb.WATCH, "shop", "prod").covers(selector)


def test_grants_of_single_kinds_together_cover_every_kind() -> None:
    every_kind = tuple(kind.name.lower() for kind in Kind if kind.in_environment)
    parts = [Scope(("shop",), ("prod",), (ALL,), (name,)) for name in every_kind]
    assert grants("client", *parts).reach(Verb.WATCH, "shop", "prod").covers(EVERYTHING)
    assert not grants("client", *parts[1:]).reach(Verb.WATCH, "shop", "prod").covers(EVERYTHING)


def test_a_custom_role_cannot_stand_in_for_a_built_in_one() -> None:
    named = [("b", RoleBinding("key:a", "viewer", Scope.everything()))]
    shadowed = Grants.compile(named, {"viewer": BUILT_IN["admin"]}, NOW)
    assert not shadowed.allows(Verb.WRITE, "shop", "prod", Kind.SETTING, "a")


def test_an_admin_of_one_namespace_cannot_give_away_another() -> None:
    admin = grants("admin", Scope.of_namespace("shop"))
    assert admin.may_bind([Verb.READ], Scope.of_namespace("shop"))
    assert not admin.may_bind([Verb.READ], Scope.of_namespace("bank"))
    assert not admin.may_bind([Verb.READ], Scope.everything())


def test_who_is_admin_for_an_hour_cannot_stay_it() -> None:
    end = NOW + timedelta(hours=1)
    binding = RoleBinding("key:a", "admin", Scope.everything(), end)
    admin = Grants.compile([("b", binding)], {}, NOW)
    assert admin.may_bind([Verb.READ], SHOP, end)
    assert not admin.may_bind([Verb.READ], SHOP, end + timedelta(seconds=1))
    assert not admin.may_bind([Verb.READ], SHOP)


def test_an_editor_cannot_give_anything_away() -> None:
    assert not grants("editor", Scope.everything()).may_bind([Verb.READ], Scope.of_namespace("shop"))


def test_of_the_built_in_roles_auditors_see_permissions_and_admins_change_them() -> None:
    seeing = {Verb.ACCESS_READ, Verb.AUDIT_READ}
    assert {name for name, role in BUILT_IN.items() if seeing & set(role.verbs)} == {"admin", "auditor"}
    assert [name for name, role in BUILT_IN.items() if Verb.ACCESS_WRITE in role.verbs] == ["admin"]


def test_an_auditor_changes_nothing() -> None:
    changing = {Verb.WRITE, Verb.DELETE, Verb.ROLLBACK, Verb.IMPORT, Verb.APPROVE, Verb.CREATE_NAMESPACE}
    assert not (changing | {Verb.ACCESS_WRITE, Verb.REVEAL}) & set(BUILT_IN["auditor"].verbs)


def test_the_audit_of_permissions_is_for_who_may_see_both_everywhere() -> None:
    system = Scope.of_namespace(SYSTEM_NAMESPACE)
    for role in ("admin", "auditor"):
        assert grants(role, Scope.everything()).covers(Verb.AUDIT_READ, system)
        assert not grants(role, SHOP).covers(Verb.AUDIT_READ, system)
        assert not grants(role, system).covers(Verb.AUDIT_READ, system)
    assert not grants("viewer", Scope.everything()).covers(Verb.AUDIT_READ, system)

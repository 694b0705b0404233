"""What is let through is what grants allow, however it is remembered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.access.grants import UNRESTRICTED, Grant, Grants
from vexil.core.access.scope import ALL, Scope
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.access.verb import Verb
from vexil.core.errors import AccessDenied
from vexil.core.resource import Kind, ResourceId
from vexil.core.selector import EVERYTHING, Selector
from vexil.server.access.permits import Permits
from vexil.v1.config_service_pb2 import EvaluateRequest

NAMESPACES = ("shop", "bank", SYSTEM_NAMESPACE)
ENVIRONMENTS = ("prod", "qa", "")
KINDS = (Kind.SETTING, Kind.SEGMENT, Kind.DEFINITION)
KEYS = ("pay", "pay/a", "p", "search", "*")
VERBS = (Verb.READ, Verb.EVALUATE, Verb.WRITE)


def some(*names: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([*names, ALL]), max_size=2).map(tuple)


SCOPES = st.builds(
    Scope,
    namespaces=some(*NAMESPACES),
    environments=some("prod", "qa"),
    key_prefixes=some("pay", "pay/", "s"),
    kinds=some("setting", "segment"),
)
GRANTS = st.lists(
    st.builds(
        Grant,
        binding=st.just("b"),
        role=st.just("r"),
        verbs=st.frozensets(st.sampled_from([*VERBS, Verb.ACCESS_READ])),
        scope=SCOPES,
    ),
    max_size=3,
).map(lambda grants: Grants(tuple(grants)))


def lets(check: object, *arguments: object) -> bool:
    try:
        check(*arguments)  # type: ignore[operator]
    except AccessDenied:
        return False
    return True


@given(st.lists(GRANTS, min_size=1, max_size=4))
def test_what_is_remembered_of_one_caller_is_good_for_no_other(callers: list[Grants]) -> None:
    permits = Permits()
    for grants in callers * 2:
        for namespace in NAMESPACES:
            for environment in ENVIRONMENTS:
                for key in KEYS:
                    allowed = grants.allows(Verb.EVALUATE, namespace, environment, Kind.SETTING, key)
                    request = EvaluateRequest(namespace=namespace, environment=environment, key=key)
                    assert lets(permits.evaluation, request, grants) is allowed
                    assert lets(permits.evaluations, grants, namespace, environment, [key]) is allowed
                    for kind in KINDS:
                        id = ResourceId(kind, environment, key)
                        wanted = grants.allows(Verb.READ, namespace, environment, kind, key)
                        assert lets(permits.resource, grants, Verb.READ, namespace, id) is wanted


@given(GRANTS, st.sampled_from(VERBS), st.sampled_from(["prod", "qa"]))
def test_what_may_be_selected_may_be_done_with_each_that_is(
    grants: Grants, verb: Verb, environment: str
) -> None:
    permits = Permits()
    for selector in (EVERYTHING, Selector(Kind.SETTING), Selector(Kind.SETTING, prefix="pay")):
        if lets(permits.selected, grants, verb, "shop", environment, selector):
            for kind in (Kind.SETTING, Kind.SEGMENT):
                for key in KEYS:
                    if selector.fits_place(kind, key):
                        assert grants.allows(verb, "shop", environment, kind, key)


@given(GRANTS, st.sampled_from(VERBS), st.sampled_from(NAMESPACES))
def test_who_may_do_something_in_a_namespace_is_let_in(grants: Grants, verb: Verb, namespace: str) -> None:
    if any(
        grants.allows(verb, namespace, environment, kind, key)
        for environment in ENVIRONMENTS
        for kind in KINDS
        for key in KEYS
    ):
        assert lets(Permits().namespace, grants, verb, namespace)


def test_a_refusal_says_what_is_needed_and_names_what_the_caller_named() -> None:
    with pytest.raises(AccessDenied) as error:
        Permits().resource(Grants(), Verb.WRITE, "shop", ResourceId(Kind.SETTING, "prod", "pay/a"))
    assert "verb write for setting prod/pay/a in namespace 'shop'" in error.value.message
    assert error.value.metadata == {"verb": "write", "namespace": "shop", "environment": "prod"}


def test_very_many_places_are_not_all_remembered() -> None:
    permits = Permits()
    for number in range(10_000):
        permits.evaluation(EvaluateRequest(namespace=f"n{number}", environment="prod", key="a"), UNRESTRICTED)
        assert sum(len(places) for _, places in permits._evaluated.values()) <= 4096

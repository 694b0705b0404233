"""The tree of environments."""

import pytest

from vexil.core.errors import InvalidRequest, NotFound, Reason
from vexil.core.resource import Environment
from vexil.core.tree import EnvironmentTree

TREE = EnvironmentTree(
    {
        "dev": Environment("qa"),
        "prod": Environment("base"),
        "qa": Environment("base"),
        "base": Environment(),
        "alone": Environment(),
    }
)


def test_chain_goes_from_the_environment_to_the_root() -> None:
    assert TREE.chain("dev") == ("dev", "qa", "base")
    assert TREE.chain("base") == ("base",)


def test_chain_of_an_unknown_environment_names_the_known_ones() -> None:
    with pytest.raises(NotFound, match="'nowhere'; environments: alone, base, dev, prod, qa") as caught:
        TREE.chain("nowhere")
    assert caught.value.reason is Reason.ENVIRONMENT_NOT_FOUND
    assert caught.value.metadata == {"environment": "nowhere"}


def test_chain_in_an_empty_tree_says_that_there_is_none() -> None:
    with pytest.raises(NotFound, match="environments: none"):
        EnvironmentTree({}).chain("prod")


def test_subtree_holds_the_environment_and_all_that_inherit_ancestors_first() -> None:
    assert TREE.subtree("base") == ("base", "prod", "qa", "dev")
    assert TREE.subtree("dev") == ("dev",)
    assert TREE.subtree("nowhere") == ()


def test_ordered_has_parents_before_children_then_goes_by_name() -> None:
    assert TREE.ordered() == ("alone", "base", "prod", "qa", "dev")


def test_contains_says_whether_an_environment_is_there() -> None:
    assert "prod" in TREE
    assert "nowhere" not in TREE


def test_parent_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="'prod' has the parent 'base', which does not exist") as caught:
        EnvironmentTree({"prod": Environment("base")})
    assert (caught.value.reason, caught.value.metadata) == (Reason.DANGLING_REFERENCE, {"reference": "base"})


@pytest.mark.parametrize("parent", ["a", "c"])
def test_environment_that_is_its_own_ancestor_is_refused(parent: str) -> None:
    with pytest.raises(InvalidRequest, match="inherit in a circle") as caught:
        EnvironmentTree({"a": Environment(parent), "b": Environment("a"), "c": Environment("b")})
    assert caught.value.reason is Reason.CIRCULAR_DEPENDENCY


def test_circle_that_an_environment_leads_into_is_refused_without_it() -> None:
    with pytest.raises(InvalidRequest) as caught:
        EnvironmentTree({"z": Environment("a"), "a": Environment("b"), "b": Environment("a")})
    assert caught.value.metadata == {"cycle": "a → b → a"}

"""Names, environments, deletions: what is checked of every change."""

import pytest

from tests.unit.core.committing import Tree, delete, flag, plain, put, said
from vexil.core.change import Put
from vexil.core.errors import FailedPrecondition, InvalidRequest, NotFound, Reason
from vexil.core.resource import Environment, Kind, Namespace, ResourceId
from vexil.core.setting import Definition, Segment
from vexil.core.value import ValueType

KEY_FORM = "must be letters, digits and ._/:-, starting with a letter or digit, at most 256"


@pytest.fixture
def tree() -> Tree:
    return Tree(base=None, prod="base", qa="base")


@pytest.mark.parametrize("key", ["a", "A.b_c/d:e-f", "9", "k" * 256])
def test_key_of_the_right_form_is_accepted(tree: Tree, key: str) -> None:
    tree.commit(put("prod", key, plain(1)))


@pytest.mark.parametrize("key", ["", "k" * 257, "a b", ".a", "-a", "ü", "a\n", "a\0"])
def test_key_of_another_form_is_refused(tree: Tree, key: str) -> None:
    error = tree.refuse(put("prod", key, plain(1)))
    assert said(error)["changes[0].id.key"].startswith(KEY_FORM)


@pytest.mark.parametrize("name", ["", "Prod", "a" * 64, "-a", "a-", "a_b", "a.b"])
def test_name_of_an_environment_is_a_dns_label(tree: Tree, name: str) -> None:
    assert "changes[0].id.key" in said(tree.refuse(put("", name, Environment())))


def test_long_name_is_cut_in_the_message(tree: Tree) -> None:
    assert len(tree.refuse(put("prod", "k" * 100_000, plain(1))).message) < 300


def test_environment_belongs_to_kinds_that_have_one(tree: Tree) -> None:
    definition = Put(ResourceId(Kind.DEFINITION, "prod", "a"), Definition(ValueType.INT))
    error = tree.refuse(definition, put("", "a", plain(1)))
    assert said(error) == {
        "changes[0].id.environment": (
            "a definition belongs to the whole namespace: leave the environment empty"
        ),
        "changes[1].id.environment": "a setting belongs to an environment: say which",
    }


def test_content_is_of_the_kind_that_the_id_names(tree: Tree) -> None:
    error = tree.refuse(Put(ResourceId(Kind.SEGMENT, "prod", "a"), plain(1)))
    assert said(error) == {"changes[0].put": "holds a setting, and the id names a segment"}


def test_resource_appears_once(tree: Tree) -> None:
    error = tree.refuse(put("prod", "a", plain(1)), put("prod", "b", plain(1)), put("prod", "a", plain(2)))
    assert said(error) == {"changes[2].id": "setting prod/a is in changes[0] as well"}


def test_environment_that_is_unknown_is_refused_with_those_there_are(tree: Tree) -> None:
    error = tree.refuse(put("prd", "a", plain(1)), delete("prd", "b"))
    assert isinstance(error, InvalidRequest)
    assert error.violations[0].reason is Reason.ENVIRONMENT_NOT_FOUND
    unknown = "there is no environment 'prd'; environments: base, prod, qa"
    assert said(error)["changes[0].id.environment"] == unknown
    assert said(error)["changes[1].id.environment"] == unknown


def test_environment_may_come_with_the_same_commit(tree: Tree) -> None:
    tree.commit(put("new", "a", plain(1)), put("", "new", Environment(parent="prod")))


def test_deletion_of_what_is_not_there_is_not_found(tree: Tree) -> None:
    tree.commit(put("base", "a", plain(1)))
    error = tree.refuse(delete("prod", "a"), delete("prod", "b"))
    assert isinstance(error, NotFound)
    assert error.reason is Reason.CONFIGURATION_NOT_FOUND
    assert said(error) == {
        "changes[0].delete": "there is no setting prod/a: it is inherited from environment 'base'",
        "changes[1].delete": "there is no setting prod/b",
    }


def test_deletion_in_an_environment_of_the_same_commit_is_not_found(tree: Tree) -> None:
    assert isinstance(tree.refuse(put("", "new", Environment()), delete("new", "a")), NotFound)


def test_different_problems_are_an_invalid_request(tree: Tree) -> None:
    error = tree.refuse(delete("prod", "b"), put("prod", "", plain(1)))
    assert isinstance(error, InvalidRequest)
    assert error.message == "changes[0].delete: there is no setting prod/b (and 1 more)"


def test_namespace_can_not_be_renamed_or_deleted(tree: Tree) -> None:
    error = tree.refuse(put("", "other", Namespace()))
    assert said(error) == {"changes[0].id.key": "must be the namespace's own name, 'shop'"}
    error = tree.refuse(delete("", "shop", Kind.NAMESPACE))
    assert said(error) == {"changes[0].delete": "a namespace can't be deleted by a commit to it"}
    tree.commit(put("", "shop", Namespace("A shop", "us")))


def test_parent_must_be_there(tree: Tree) -> None:
    error = tree.refuse(put("", "new", Environment(parent="prd")))
    assert (error.reason, error.metadata) == (Reason.DANGLING_REFERENCE, {"reference": "prd"})
    assert said(error) == {
        "changes[0].put.environment.parent": (
            "there is no environment 'prd'; environments: base, new, prod, qa"
        )
    }


def test_environments_inherit_in_no_circle(tree: Tree) -> None:
    error = tree.refuse(put("", "new", Environment()), put("", "base", Environment(parent="prod")))
    assert error.reason is Reason.CIRCULAR_DEPENDENCY
    assert error.metadata["cycle"] in ("base → prod → base", "prod → base → prod")
    assert list(said(error)) == ["changes[1].put.environment.parent"]


def test_environment_with_children_stays(tree: Tree) -> None:
    error = tree.refuse(delete("", "base", Kind.ENVIRONMENT))
    assert isinstance(error, FailedPrecondition)
    assert error.reason is Reason.ENVIRONMENT_IN_USE
    assert said(error) == {
        "changes[0].delete": "environment 'base' is the parent of prod, qa; move or delete these first"
    }


def test_environment_with_content_stays(tree: Tree) -> None:
    tree.commit(put("prod", "a", plain(1)), put("prod", "b", plain(1)))
    error = tree.refuse(delete("", "prod", Kind.ENVIRONMENT), delete("prod", "a"))
    assert isinstance(error, FailedPrecondition)
    assert said(error) == {
        "changes[0].delete": ("environment 'prod' still sets 1 resource; delete first, or in the same commit")
    }


def test_environment_goes_together_with_its_content_and_children(tree: Tree) -> None:
    tree.commit(put("prod", "a", flag("b")), put("base", "b", flag()), put("base", "s", Segment()))
    tree.commit(
        delete("", "base", Kind.ENVIRONMENT),
        delete("base", "b"),
        delete("base", "s", Kind.SEGMENT),
        delete("", "prod", Kind.ENVIRONMENT),
        delete("prod", "a"),
        put("", "qa", Environment()),
    )
    assert tree.snapshot.tree.ordered() == ("qa",)


def test_nothing_new_goes_into_an_environment_that_goes(tree: Tree) -> None:
    error = tree.refuse(delete("", "prod", Kind.ENVIRONMENT), put("prod", "a", plain(1)))
    assert said(error) == {
        "changes[1].id.environment": "there is no environment 'prod'; environments: base, qa"
    }


def test_child_can_not_stay_with_a_parent_that_goes(tree: Tree) -> None:
    error = tree.refuse(delete("", "base", Kind.ENVIRONMENT), put("", "prod", Environment(parent="base")))
    assert set(said(error)) == {"changes[0].delete", "changes[1].put.environment.parent"}

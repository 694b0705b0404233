"""Prerequisites and segments must be there, in every environment, and lead nowhere back."""

import pytest

from tests.unit.core.committing import Tree, delete, flag, plain, put, said
from vexil.core.errors import InvalidRequest, Reason
from vexil.core.resource import Environment, Kind
from vexil.core.setting import All, Any, Not, Segment, SegmentMatch
from vexil.core.validation.limits import MAX_CHAIN
from vexil.core.value import Value

ONLY_OFF = {"no": Value.of_bool(True), "off": Value.of_bool(False)}


@pytest.fixture
def tree() -> Tree:
    return Tree(base=None, prod="base", qa="base")


def _segment(*keys: str) -> Segment:
    return Segment(conditions=tuple(SegmentMatch((key,)) for key in keys))


def test_prerequisite_that_is_missing_is_refused(tree: Tree) -> None:
    error = tree.refuse(put("base", "a", flag("b")))
    assert isinstance(error, InvalidRequest)
    assert (error.reason, error.metadata) == (Reason.DANGLING_REFERENCE, {"reference": "b"})
    assert said(error) == {
        "changes[0].put.setting.prerequisites[0].key": "environment 'base' has no setting 'b'"
    }


def test_prerequisite_may_come_with_the_same_commit_or_from_a_parent(tree: Tree) -> None:
    tree.commit(put("prod", "a", flag("b")), put("base", "b", flag()))
    tree.commit(put("qa", "c", flag("b")))


def test_prerequisite_is_not_seen_in_a_child(tree: Tree) -> None:
    tree.commit(put("prod", "b", flag()))
    assert tree.refuse(put("base", "a", flag("b"))).reason is Reason.DANGLING_REFERENCE


def test_prerequisite_needs_its_variants(tree: Tree) -> None:
    tree.commit(put("base", "b", flag(variants=ONLY_OFF)), put("base", "c", plain(1)))
    error = tree.refuse(put("base", "a", flag("b", "c")))
    assert said(error) == {
        "changes[0].put.setting.prerequisites[0].key": (
            "setting 'b' has no variant on in environment 'base'; variants: no, off"
        ),
        "changes[0].put.setting.prerequisites[1].key": (
            "setting 'c' has no variant on in environment 'base'; variants: none"
        ),
    }


def test_prerequisite_needs_its_variants_in_children_that_set_it_themselves(tree: Tree) -> None:
    tree.commit(put("base", "b", flag()), put("prod", "b", flag(variants=ONLY_OFF)))
    error = tree.refuse(put("base", "a", flag("b")))
    assert "in environment 'prod'" in error.message
    tree.commit(put("qa", "a", flag("b")))


def test_segment_that_is_missing_is_refused_wherever_it_stands(tree: Tree) -> None:
    inner = All((Any((SegmentMatch(("x", "y")),)), Not(SegmentMatch(("z",)))))
    tree.commit(put("base", "x", Segment()))
    error = tree.refuse(
        put("base", "s", Segment(conditions=(inner,))), put("base", "a", flag(segments=["w"]))
    )
    assert said(error) == {
        "changes[0].put.segment.conditions[0].all.conditions[0].any.conditions[0].segment.keys[1]": (
            "environment 'base' has no segment 'y'"
        ),
        "changes[0].put.segment.conditions[0].all.conditions[1].not.segment.keys[0]": (
            "environment 'base' has no segment 'z'"
        ),
        "changes[1].put.setting.rules[0].condition.segment.keys[0]": "environment 'base' has no segment 'w'",
    }


def test_deletion_of_what_others_need_is_refused(tree: Tree) -> None:
    tree.commit(
        put("base", "b", flag()), put("prod", "a", flag("b", segments=["s"])), put("base", "s", _segment())
    )
    error = tree.refuse(delete("base", "b"))
    assert error.reason is Reason.DANGLING_REFERENCE
    assert said(error) == {
        "changes[0].delete": "setting 'a' in environment 'prod' needs it to have the variant on"
    }
    error = tree.refuse(delete("base", "s", Kind.SEGMENT))
    assert said(error) == {"changes[0].delete": "setting 'a' in environment 'prod' needs it"}


def test_deletion_together_with_those_who_need_it_is_fine(tree: Tree) -> None:
    tree.commit(put("base", "b", flag()), put("prod", "a", flag("b")))
    tree.commit(delete("base", "b"), delete("prod", "a"))


def test_deletion_that_uncovers_an_inherited_one_is_fine(tree: Tree) -> None:
    tree.commit(put("base", "b", flag()), put("prod", "b", flag()), put("prod", "a", flag("b")))
    tree.commit(delete("prod", "b"))
    assert tree.refuse(delete("base", "b")).reason is Reason.DANGLING_REFERENCE


def test_deletion_that_uncovers_an_inherited_one_without_the_variant_is_refused(tree: Tree) -> None:
    tree.commit(
        put("base", "b", flag(variants=ONLY_OFF)), put("prod", "b", flag()), put("prod", "a", flag("b"))
    )
    assert said(tree.refuse(delete("prod", "b"))) == {
        "changes[0].delete": "setting 'a' in environment 'prod' needs it to have the variant on"
    }


def test_deletion_that_uncovers_one_whose_own_references_dangle_is_refused(tree: Tree) -> None:
    tree.commit(
        put("base", "b", flag()),
        put("base", "a", flag("b")),
        put("prod", "a", flag()),
    )
    tree.commit(put("prod", "b", flag(variants=ONLY_OFF)))
    error = tree.refuse(delete("prod", "a"))
    assert said(error) == {
        "changes[0].delete": (
            "setting 'a': setting 'b' has no variant on in environment 'prod'; variants: no, off"
        )
    }


def test_variant_that_others_need_can_not_be_taken_away(tree: Tree) -> None:
    tree.commit(put("base", "b", flag()), put("base", "a", flag("b")))
    for replacement in (flag(variants=ONLY_OFF), plain(1)):
        error = tree.refuse(put("prod", "b", replacement))
        assert said(error) == {
            "changes[0].put.setting.variants": (
                "setting 'a' in environment 'prod' needs it to have the variant on"
            )
        }


def test_setting_that_needs_itself_is_refused(tree: Tree) -> None:
    error = tree.refuse(put("base", "a", flag("a")))
    assert (error.reason, error.metadata) == (Reason.CIRCULAR_DEPENDENCY, {"cycle": "a → a"})
    assert said(error) == {
        "changes[0].put.setting.prerequisites[0].key": (
            "setting 'a' leads back to itself in environment 'base': a → a"
        )
    }


def test_circle_is_spelled_out_at_the_reference_that_closes_it(tree: Tree) -> None:
    tree.commit(put("base", "c", flag()), put("base", "b", flag("c")), put("base", "a", flag("b")))
    error = tree.refuse(put("base", "x", flag()), put("base", "c", flag("x", "a")))
    assert error.metadata == {"cycle": "c → a → b → c"}
    assert list(said(error)) == ["changes[1].put.setting.prerequisites[1].key"]


def test_circle_that_only_a_child_has_is_found(tree: Tree) -> None:
    tree.commit(put("base", "b", flag()), put("base", "a", flag("b")))
    error = tree.refuse(put("prod", "b", flag("a")))
    assert "in environment 'prod': b → a → b" in error.message
    tree.commit(put("prod", "b", flag("a")), put("prod", "a", flag()))
    assert "in environment 'prod': a → b → a" in tree.refuse(delete("prod", "a")).message


def test_circle_of_segments_is_refused(tree: Tree) -> None:
    error = tree.refuse(put("base", "a", _segment("b")), put("base", "b", _segment("a")))
    assert error.reason is Reason.CIRCULAR_DEPENDENCY
    assert list(said(error)) == [
        "changes[0].put.segment.conditions[0].segment.keys[0]",
        "changes[1].put.segment.conditions[0].segment.keys[0]",
    ]


def test_setting_and_segment_of_the_same_key_are_two_things(tree: Tree) -> None:
    tree.commit(put("base", "a", flag(segments=["a"])), put("base", "a", _segment()))


def test_same_problem_in_many_environments_is_told_once(tree: Tree) -> None:
    assert len(tree.refuse(put("base", "a", flag("b", "b"))).violations) == 2
    assert len(tree.refuse(put("base", "a", flag("a"))).violations) == 1


def test_chain_that_evaluation_would_not_follow_is_refused(tree: Tree) -> None:
    tree.commit(put("base", "k0", flag()))
    for index in range(1, MAX_CHAIN + 1):
        tree.commit(put("base", f"k{index}", flag(f"k{index - 1}")))
    error = tree.refuse(put("base", "last", flag(f"k{MAX_CHAIN}")))
    assert f"leads through more than {MAX_CHAIN} others" in error.message


def test_chain_is_measured_by_its_longest_way(tree: Tree) -> None:
    tree.commit(put("base", "k0", flag()))
    for index in range(1, MAX_CHAIN + 1):
        tree.commit(put("base", f"k{index}", flag("k0", f"k{index - 1}")))
    assert "leads through more" in tree.refuse(put("base", "x", flag("k0", f"k{MAX_CHAIN}"))).message


def test_wide_references_are_walked_once(tree: Tree) -> None:
    # Every setting needs the two before it: 2^25 ways, and 26 settings.
    tree.commit(put("base", "k0", flag()), put("base", "k1", flag("k0")))
    for index in range(2, 26):
        tree.commit(put("base", f"k{index}", flag(f"k{index - 1}", f"k{index - 2}")))


def test_new_parent_must_have_what_an_environment_refers_to(tree: Tree) -> None:
    tree.commit(put("", "other", Environment()), put("base", "b", flag()), put("prod", "a", flag("b")))
    error = tree.refuse(put("", "prod", Environment(parent="other")))
    assert error.reason is Reason.DANGLING_REFERENCE
    assert said(error) == {
        "changes[0].put.environment.parent": "setting 'a': environment 'prod' has no setting 'b'"
    }
    tree.commit(put("", "prod", Environment(parent="other")), put("other", "b", flag()))


def test_environment_that_becomes_a_root_keeps_no_reference_to_what_it_inherited(tree: Tree) -> None:
    tree.commit(put("base", "b", flag()), put("prod", "a", flag("b")))
    assert tree.refuse(put("", "prod", Environment())).reason is Reason.DANGLING_REFERENCE


def test_new_environment_must_not_break_what_it_inherits(tree: Tree) -> None:
    tree.commit(put("base", "b", flag()), put("base", "a", flag("b")))
    error = tree.refuse(put("", "new", Environment(parent="prod")), put("new", "b", plain(1)))
    assert "setting 'b' has no variant on in environment 'new'" in error.message

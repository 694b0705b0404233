"""Laws of the chain: whatever is done to it is found."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.core.audit.entries import NAMESPACE, chained, chains, changes, entry
from vexil.core.audit.entry import Entry, EntryChange
from vexil.core.audit.position import Position
from vexil.core.audit.verification import ChainVerifier, Problem


def problems(entries: Iterable[Entry], *positions: Position) -> list[Problem]:
    verifier = ChainVerifier(NAMESPACE, positions)
    for each in entries:
        verifier.take(each)
    verifier.finish()
    return [finding.problem for finding in verifier.findings]


def end_of(entries: list[Entry]) -> Position:
    newest = entries[-1]
    assert newest.seal is not None
    return Position(NAMESPACE, newest.revision, newest.seal.chain)


def other(value: Any) -> Any:
    """Something of the same type that is not the same."""
    match value:
        case int():
            return value + 1
        case str():
            return value + "x"
        case bytes():
            return value + b"x"
        case tuple():
            return (*value, entry(1).changes[0])
        case _:
            return {**value, "": "x", "x": "x"}


@given(chains())
def test_chain_as_it_was_written_has_nothing_wrong(entries: list[Entry]) -> None:
    assert problems(entries, end_of(entries)) == []


@given(chains(), st.data())
def test_edit_of_any_field_is_found(entries: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    names = [field.name for field in fields(Entry) if field.name != "seal"]
    name = data.draw(st.sampled_from(names))
    edited = replace(entries[place], **{name: other(getattr(entries[place], name))})
    assert problems([*entries[:place], edited, *entries[place + 1 :]])


@given(chains(), changes, st.data())
def test_edit_of_any_change_is_found(entries: list[Entry], change: EntryChange, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    edited = replace(entries[place], changes=(change,))
    assume(edited != entries[place])
    assert Problem.EDITED in problems([*entries[:place], edited, *entries[place + 1 :]])


@given(chains(), st.data())
def test_deletion_is_found(entries: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    left = [*entries[:place], *entries[place + 1 :]]
    found = problems(left, end_of(entries))
    if place == 0:
        # As compaction leaves it: only a position below tells the one from the other.
        assert found == []
    else:
        assert found == [Problem.TRUNCATED] if place == len(entries) - 1 else Problem.MISSING in found


@given(chains(), st.permutations(range(6)))
def test_other_order_is_found(entries: list[Entry], order: list[int]) -> None:
    mixed = [entries[place] for place in order if place < len(entries)]
    assume(mixed != entries)
    assert problems(mixed)


@given(chains(), st.data())
def test_deletion_that_is_made_up_for_by_new_revisions_is_found(
    entries: list[Entry], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(entries) - 2))
    first = entries[0].revision
    left = [*entries[:place], *entries[place + 1 :]]
    numbered = [replace(each, revision=first + index) for index, each in enumerate(left)]
    assert problems(numbered)


@given(chains(), st.data())
def test_chain_that_is_computed_anew_is_found_by_what_was_written_down(
    entries: list[Entry], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    seal = entries[place].seal
    assert seal is not None
    forged = replace(entries[place], author=entries[place].author + "x")
    rewritten = [*entries[:place], *chained([forged, *entries[place + 1 :]], seal.previous)]
    assert problems(rewritten) == []
    assert problems(rewritten, end_of(entries)) == [Problem.REWRITTEN]


@given(chains(), st.data())
def test_end_that_is_cut_off_is_found_by_what_was_written_down(
    entries: list[Entry], data: st.DataObject
) -> None:
    left = entries[: data.draw(st.integers(1, len(entries) - 1))]
    assert problems(left) == []
    assert problems(left, end_of(entries)) == [Problem.TRUNCATED]


@given(chains(), st.data())
def test_seal_that_is_taken_away_is_found(entries: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(entries) - 1))
    stripped = [*entries[:place], replace(entries[place], seal=None), *entries[place + 1 :]]
    assert Problem.UNSEALED in problems(stripped)


def test_log_that_is_older_than_the_chain_begins_later() -> None:
    old = [entry(1), entry(2)]
    verifier = ChainVerifier(NAMESPACE)
    for each in [*old, *chained([entry(3), entry(4)])]:
        verifier.take(each)
    assert (verifier.findings, verifier.first, verifier.sealed_from, verifier.last) == ([], 1, 3, 4)


@pytest.mark.parametrize("written_down", [4, 5])
def test_what_compaction_left_is_compared_with_what_was_written_down(written_down: int) -> None:
    whole = chained([entry(revision) for revision in range(1, 9)])
    kept = whole[5:]
    position = end_of(whole[:written_down])
    verifier = ChainVerifier(NAMESPACE, [position])
    for each in kept:
        verifier.take(each)
    verifier.finish()
    assert verifier.findings == []
    # Below the last compacted revision there is nothing to compare with, and that is said.
    assert len(verifier.notes) == (1 if written_down == 4 else 0)
    forged = Position(NAMESPACE, 5, bytes(32))
    assert problems(kept, forged) == [Problem.REWRITTEN]

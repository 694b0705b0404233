"""The canonical form and the chain never change: what was written once can always be verified."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.core.audit.examples import COMMITS
from vexil.convert.audit import contents_of, entry_of, sealed
from vexil.core.audit.entry import canonical
from vexil.core.audit.seal import BEGINNING
from vexil.core.resource import Commit

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("golden.json").read_text())


@pytest.mark.parametrize(("commit", "vector"), list(zip(COMMITS, VECTORS, strict=True)))
def test_commit_has_the_bytes_and_the_chain_that_it_had_in_the_first_release(
    commit: Commit, vector: dict[str, Any]
) -> None:
    salt, previous = bytes.fromhex(vector["salt"]), bytes.fromhex(vector["previous"])
    contents = contents_of(commit)
    assert [content.hex() for content in contents] == vector["contents"]
    entry = entry_of(commit, salt, contents)
    assert canonical(entry).hex() == vector["canonical"]
    seal = sealed(commit, previous, salt, contents).seal
    assert seal is not None
    assert seal.chain.hex() == vector["chain"]


def test_vectors_are_one_chain() -> None:
    previous = BEGINNING.hex()
    for vector in VECTORS:
        assert vector["previous"] == previous
        previous = vector["chain"]

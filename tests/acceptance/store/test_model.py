"""Whatever is done to a store, in whatever order, it answers as the model does."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.acceptance.store.backends import BACKENDS, Make
from tests.acceptance.store.drafts import Drafts, delete, put, setting
from tests.acceptance.store.model import Model, same_image
from vexil.core.errors import OutOfRange
from vexil.core.resource import Revision
from vexil.server.stores.port import HeadMoved, Store

NAMES = st.sampled_from(["n1", "n2"])
FEWER = {"dynamodb": 10, "dynamodb-strong": 10}
"""Examples, where calls go to another process."""

CHANGES = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["base", "prod"])),
    st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    max_size=4,
)


class Machine(RuleBasedStateMachine):
    """One store and, for each namespace, a model of it."""

    def __init__(self, make: Make) -> None:
        super().__init__()
        self.directory = TemporaryDirectory()
        self.backend = make(Path(self.directory.name))
        self.runner = asyncio.Runner()
        self.store: Store = self.run(self.backend.open())
        self.models: dict[str, Model] = {}
        self.drafts = {"n1": Drafts("n1"), "n2": Drafts("n2")}

    def run(self, call: Any) -> Any:
        return self.runner.run(call)

    @rule(name=NAMES, changes=CHANGES, request_id=st.sampled_from(["", "r1", "r2"]))
    def append(self, name: str, changes: dict[tuple[str, str], str | None], request_id: str) -> None:
        drafts, model = self.drafts[name], self.models.setdefault(name, Model(name))
        before = (drafts.revision, dict(drafts.newest))
        asked = [
            delete(key, place) if value is None else put(key, value, place)
            for (key, place), value in changes.items()
        ]
        commit = drafts.next(*asked, request_id=request_id)
        if request_id and any(kept.request_id == request_id for kept in model.kept):
            with pytest.raises(HeadMoved):
                self.run(self.store.append(commit))
            drafts.revision, drafts.newest = before
        else:
            self.run(self.store.append(commit))
            model.commits.append(commit)

    @precondition(lambda self: self.models)
    @rule(name=NAMES, share=st.floats(0, 1))
    def compact(self, name: str, share: float) -> None:
        model = self.models.get(name)
        if model is None:
            return
        revision = Revision(round(share * len(model.commits)))
        self.run(self.store.compact(name, revision))
        model.compacted = max(model.compacted, revision)

    @precondition(lambda self: self.backend.shared)
    @rule()
    def reopen(self) -> None:
        self.run(self.store.close())
        self.store = self.run(self.backend.open())

    @precondition(lambda self: self.models)
    @rule(name=NAMES, share=st.floats(0, 1), limit=st.integers(0, 10))
    def read(self, name: str, share: float, limit: int) -> None:
        model = self.models.get(name)
        if model is None:
            return
        revision = Revision(round(share * len(model.commits)))
        if revision < model.compacted:
            for call in (self.store.load(name, revision), self.store.read(name, revision, limit)):
                with pytest.raises(OutOfRange):
                    self.run(call)
        else:
            assert same_image(self.run(self.store.load(name, revision)), model.image(revision))
            expected = model.commits[revision : revision + limit]
            assert self.run(self.store.read(name, revision, limit)) == expected
            until = Revision(revision + len(expected))
            touched = self.run(self.store.load_touched(name, revision, until))
            assert same_image(touched, model.touched(revision, until))
        back = [commit for commit in model.kept[::-1] if commit.revision < revision]
        assert self.run(self.store.read_back(name, revision, limit)) == back[:limit]

    @rule(name=NAMES, key=st.sampled_from(["a", "b"]), request_id=st.sampled_from(["r1", "r2"]))
    def look_up(self, name: str, key: str, request_id: str) -> None:
        model = self.models.get(name, Model(name))
        id = setting(key)
        assert self.run(self.store.versions(name, id, None, 100)) == model.versions(id)
        found = [commit for commit in model.kept if commit.request_id == request_id]
        assert self.run(self.store.find_request(name, request_id)) == (found[0] if found else None)

    @invariant()
    def heads_agree(self) -> None:
        assert self.run(self.store.heads()) == [self.models[name].head for name in sorted(self.models)]

    def teardown(self) -> None:
        assert self.run(self.store.check()) == []
        self.run(self.store.close())
        self.runner.close()
        self.directory.cleanup()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("backend", BACKENDS)
def test_store_agrees_with_the_model(backend: str, request: pytest.FixtureRequest) -> None:
    make = BACKENDS[backend](request)

    class OnBackend(Machine):
        def __init__(self) -> None:
            super().__init__(make)

    run_state_machine_as_test(
        OnBackend,
        settings=settings(max_examples=FEWER.get(backend, 40), stateful_step_count=25, deadline=None),
    )

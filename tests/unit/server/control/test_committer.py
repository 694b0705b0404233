"""The write path. Other processes are other backends on the same store."""

import asyncio

import pytest

from tests.support.backend import NAMESPACE, Backend, backend, delete, put, setting, texts
from vexil.core.change import HeadIs, Put, VersionIs
from vexil.core.errors import Aborted, AlreadyExists, InvalidRequest, NotFound, Reason
from vexil.core.resource import Commit, Environment, Namespace, Version
from vexil.core.setting import Setting
from vexil.core.value import Value
from vexil.server.control.committer import Proposal
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.port import HeadMoved


async def test_commit_is_applied_when_it_returns(shop: Backend) -> None:
    assert await shop.set(color="red") == 2
    assert texts(shop.view()) == {"color": "red"}


async def test_commit_records_who_when_and_why(shop: Backend) -> None:
    shop.time.advance(5)
    commit = await shop.commit(put("color", "red"), author="ada", message="because", labels={"ticket": "T-1"})
    assert (commit.author, commit.message, commit.labels) == ("ada", "because", {"ticket": "T-1"})
    assert commit.committed_at == shop.time.clock.now()


async def test_refused_commit_changes_nothing(shop: Backend) -> None:
    broken = Setting(variants={"on": Value.of_bool(True)}, serve="of")
    with pytest.raises(InvalidRequest) as raised:
        await shop.commit(put("color", "red"), Put(setting("flag"), broken))
    assert raised.value.violations[0].field.startswith("changes[1].put.setting")
    assert shop.view().revision == 1
    assert [head.revision for head in await shop.store.heads()] == [1]


async def test_broken_precondition_names_what_it_found(shop: Backend) -> None:
    await shop.set(color="red")
    with pytest.raises(Aborted) as raised:
        await shop.commit(put("color", "blue"), preconditions=[VersionIs(setting("color"), Version(0))])
    assert raised.value.reason is Reason.PRECONDITION_FAILED
    assert raised.value.metadata["actual"] == "1"
    assert texts(shop.view()) == {"color": "red"}


async def test_precondition_is_told_before_what_no_longer_fits(shop: Backend) -> None:
    seen = await shop.set(color="red")
    await shop.set(color=None)
    with pytest.raises(Aborted):
        await shop.commit(delete("color"), preconditions=[HeadIs(seen)])


async def test_dry_run_answers_the_commit_and_makes_none(shop: Backend) -> None:
    proposal = Proposal(namespace=NAMESPACE, changes=[put("color", "red")])
    commit = await shop.committer.dry_run(proposal)
    assert (commit.revision, len(commit.changes)) == (2, 1)
    assert [head.revision for head in await shop.store.heads()] == [1]


async def test_commit_into_an_unknown_namespace_is_not_found(shop: Backend) -> None:
    with pytest.raises(NotFound) as raised:
        await shop.committer.commit(Proposal(namespace="nowhere", changes=[put("color", "red")]))
    assert raised.value.reason is Reason.NAMESPACE_NOT_FOUND


async def test_large_commit_is_worked_out_in_a_thread_and_applied(shop: Backend) -> None:
    await shop.commit(*(put(f"key-{i}", "x") for i in range(1200)))
    assert len(shop.view()) == 1200


class TestRequestId:
    async def test_repeated_request_is_answered_with_its_first_commit(self, shop: Backend) -> None:
        first = await shop.commit(put("color", "red"), request_id="r-1")
        await shop.set(color="blue")
        assert await shop.commit(put("color", "red"), request_id="r-1") == first
        assert texts(shop.view()) == {"color": "blue"}

    async def test_repetition_reaches_another_process(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as other:
            first = await one.commit(put("color", "red"), request_id="r-1")
            assert await other.commit(put("color", "red"), request_id="r-1") == first

    @pytest.mark.parametrize(
        "other",
        [
            {"changes": (put("color", "blue"),)},
            {"changes": (put("colour", "red"),)},
            {"changes": (put("color", "red"), put("size", "m"))},
            {"changes": (delete("color"),)},
            {"message": "for another reason"},
            {"labels": {"ticket": "T-2"}},
        ],
        ids="-".join,
    )
    async def test_id_of_a_different_request_is_refused(
        self, shop: Backend, other: dict[str, object]
    ) -> None:
        await shop.commit(put("color", "red"), request_id="r-1")
        request = {"namespace": NAMESPACE, "changes": (put("color", "red"),), "request_id": "r-1", **other}
        with pytest.raises(InvalidRequest) as raised:
            await shop.committer.commit(Proposal(**request))  # type: ignore[arg-type]
        assert raised.value.reason is Reason.REQUEST_ID_REUSED

    async def test_twins_at_the_same_time_make_one_commit(self, shop: Backend) -> None:
        twins = await asyncio.gather(*(shop.commit(put("color", "red"), request_id="r-1") for _ in range(5)))
        assert {twin.revision for twin in twins} == {2}


class TestOtherProcesses:
    async def test_commit_behind_the_log_catches_up_and_follows(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as other:
            await one.set(color="red")
            assert await other.set(size="m") == 3
            assert texts(other.view()) == {"color": "red", "size": "m"}

    async def test_concurrent_commits_are_all_made_in_one_order(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as other:
            revisions = await asyncio.gather(
                *(each.set(**{f"key-{i}": "x"}) for i in range(20) for each in (one, other))
            )
            assert sorted(revisions) == list(range(2, 42))
            await one.directory.refresh()
            await other.directory.refresh()
            assert texts(one.view()) == texts(other.view())

    async def test_validation_is_repeated_on_what_others_committed(self) -> None:
        store = MemoryStore()
        async with backend(store) as one, backend(store, create=False) as other:
            await one.set(color="red")
            await other.directory.refresh()
            await one.set(color=None)
            with pytest.raises(NotFound):
                await other.commit(delete("color"))

    async def test_losing_every_race_is_a_conflict_to_try_again(self) -> None:
        store = AlwaysTooLate()
        async with backend(store) as shop:
            store.late = True
            with pytest.raises(Aborted) as raised:
                await shop.set(color="red")
            assert raised.value.reason is Reason.CONFLICTING_CHANGE
            assert raised.value.retry_after is not None


class AlwaysTooLate(MemoryStore):
    """A store where somebody else always gets the next revision."""

    late = False

    async def append(self, commit: Commit) -> Commit:
        if self.late:
            raise HeadMoved("somebody was faster")
        return await super().append(commit)


class TestCreate:
    async def test_namespace_exists_at_once_with_its_environments(self, shop: Backend) -> None:
        environments = {"live": Environment(production=True)}
        commit = await shop.namespaces.create("desk", Namespace(owner="ops"), environments, author="ada")
        assert (commit.revision, commit.author) == (1, "ada")
        assert shop.directory.view("desk", "live").revision == 1

    async def test_existing_namespace_is_refused(self, shop: Backend) -> None:
        with pytest.raises(AlreadyExists):
            await shop.namespaces.create(NAMESPACE, Namespace(), {})
        assert shop.view().revision == 1

    async def test_parent_that_is_missing_is_refused(self, shop: Backend) -> None:
        with pytest.raises(InvalidRequest):
            await shop.namespaces.create("desk", Namespace(), {"live": Environment(parent="base")})
        assert [head.namespace for head in await shop.store.heads()] == [NAMESPACE]

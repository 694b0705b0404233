"""The checks can fail: each broken hub and each damaged history is caught by the check named for it."""

import asyncio
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.robustness import broken
from tests.robustness.auditor import Auditor
from tests.robustness.checks import GUARANTEES, findings
from tests.robustness.recorder import Recorder
from tests.robustness.records import Answered, Logged, Received, Record
from tests.robustness.watcher import Watcher, Wish, watching
from tests.robustness.writer import Writer, delete, put
from tests.support.server import PATIENCE, running_server
from tests.support.transports import require
from vexil.server.settings import TransportName
from vexil.server.stores.memory import MemoryStore


@dataclass(frozen=True, slots=True)
class Here:
    """A server in this process."""

    address: str
    name: str = "here"


async def short_story(
    directory: Path,
    batch: bool = False,
    patience: float = PATIENCE,
    transport: TransportName = "grpc",
) -> list[Record]:
    """One watcher sees some commits, goes away, misses some, and comes back."""
    store, recorder = MemoryStore(), Recorder(directory / "history.jsonl")
    async with running_server(store, transport=transport) as server:
        here = Here(server.target)
        auditor = Auditor(store, recorder)
        await auditor.create(here.address)
        watcher = Watcher(
            "watcher", Wish("prod", batch=batch, talks=0.02), [here], recorder, random.Random(1)
        )
        writer = Writer("writer", [here], recorder, random.Random(1))
        async with watching([watcher]):
            assert await watcher.told(1)
            for number in range(2, 7):
                await writer.commit([put("base", "a", f"{number}"), put("prod", "b", f"{number}")])
                # One at a time, so that each is delivered by itself.
                await asyncio.wait_for(watcher.told(number), 10)
            await writer.commit([delete("base", "a")])
            await watcher.told(7)
            # Nothing of this is watched: only progress can tell.
            await writer.commit([put("qa", "d", "8")])
            await watcher.told(8)
            await writer.commit([put("base", "a", "9")])
            await watcher.told(9)
        for number in (10, 11, 12):
            await writer.commit([put("base", "c", f"{number}")])
        async with watching([watcher]):
            await watcher.told(12)
            await writer.commit([put("base", "c", "last")])
            await watcher.told(13)
            await watcher.promised()
            await auditor.record_convergence(here, "prod", 13, patience)
        await auditor.record()
    recorder.close()
    return recorder.records


async def silent_story(directory: Path, transport: TransportName, patience: float = PATIENCE) -> list[Record]:
    """One watcher, who would not notice for ten minutes that its stream is dead, is told of one commit."""
    store, recorder = MemoryStore(), Recorder(directory / "history.jsonl")
    async with running_server(store, transport=transport) as server:
        here = Here(server.target)
        auditor = Auditor(store, recorder)
        await auditor.create(here.address)
        watcher = Watcher("watcher", Wish("prod", silence=600), [here], recorder, random.Random(1))
        writer = Writer("writer", [here], recorder, random.Random(1))
        async with watching([watcher]):
            assert await watcher.told(1)
            await writer.commit([put("base", "a", "2")])
            await watcher.told(2, patience)
        await auditor.record()
    recorder.close()
    return recorder.records


def broken_guarantees(records: Iterable[Record]) -> set[str]:
    return {finding.guarantee for finding in findings(records)}


@pytest.mark.parametrize("batch", [False, True])
async def test_whole_hub_breaks_nothing(tmp_path: Path, batch: bool, transport: TransportName) -> None:
    assert broken_guarantees(await short_story(tmp_path, batch, transport=transport)) == set()


async def test_whole_hub_wakes_who_waits(tmp_path: Path, transport: TransportName) -> None:
    assert broken_guarantees(await silent_story(tmp_path, transport)) == set()


async def test_lost_wake_up_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken.lose_wake_ups(monkeypatch)
    assert "bookmarkable" in broken_guarantees(await silent_story(tmp_path, "grpc", 2.0))


BROKEN_HUBS: dict[broken.Break, str] = {
    broken.drop_one: "reliable",
    broken.skip_at_resume: "resumable",
    broken.go_back_at_resume: "no_time_travel",
    broken.resync_at_resume: "compaction_told",
    broken.bookmark_early: "progress_never_ahead",
    broken.split_commit: "atomic",
    broken.lose_deletions: "deletions_seen",
    broken.invent_versions: "prefix_of_history",
    broken.forget_tokens: "bookmarkable",
    broken.end_by_mistake: "absence_told",
    broken.promise_too_little: "progress_on_request",
    broken.forget_reports: "convergence_known",
}


@pytest.mark.parametrize("fault", BROKEN_HUBS, ids=lambda it: it.__name__)
async def test_broken_hub_is_caught(
    fault: broken.Break, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transport: TransportName
) -> None:
    fault(monkeypatch)
    records = await short_story(tmp_path, patience=2.0, transport=transport)
    assert BROKEN_HUBS[fault] in broken_guarantees(records)


BROKEN_DELIVERIES: dict[broken.Break, tuple[TransportName, str]] = {
    broken.duplicate_one: ("grpc", "unique"),
    broken.reorder_two: ("grpc", "ordered"),
    broken.hand_over_twice: ("native", "unique"),
    broken.hand_over_an_older_one: ("native", "ordered"),
    broken.hand_over_nothing: ("native", "reliable"),
}
"""Each transport has its own way from a history to its streams."""


@pytest.mark.parametrize("fault", BROKEN_DELIVERIES, ids=lambda it: it.__name__)
async def test_broken_delivery_is_caught(
    fault: broken.Break, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport, guarantee = BROKEN_DELIVERIES[fault]
    require(transport)
    fault(monkeypatch)
    records = await short_story(tmp_path, patience=2.0, transport=transport)
    assert guarantee in broken_guarantees(records)


BROKEN_BATCHES: dict[broken.Break, str] = {
    broken.drop_one_inside: "reliable",
    broken.duplicate_one_inside: "unique",
    broken.reorder_two_inside: "ordered",
}


@pytest.mark.parametrize("fault", BROKEN_BATCHES, ids=lambda it: it.__name__)
async def test_broken_batch_is_caught(
    fault: broken.Break, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    assert BROKEN_BATCHES[fault] in broken_guarantees(await short_story(tmp_path, batch=True))


def lose_an_acknowledged_commit(records: list[Record]) -> list[Record]:
    """As if the newest commit had been acknowledged before it was on the disk."""
    return [record for record in records if not (isinstance(record, Logged) and record.revision == 13)]


def commit_a_request_twice(records: list[Record]) -> list[Record]:
    last = max((r for r in records if isinstance(r, Logged)), key=lambda logged: logged.revision)
    return [*records, replace(last, revision=last.revision + 1)]


def commit_what_was_refused(records: list[Record]) -> list[Record]:
    return [
        replace(record, revision=0, code="NOT_FOUND") if isinstance(record, Answered) else record
        for record in records
    ]


def stop_before_the_end(records: list[Record]) -> list[Record]:
    """As if the watcher had never been told of the last commits."""
    return [record for record in records if not (isinstance(record, Received) and record.revision > 9)]


def tear_a_full_state(records: list[Record]) -> list[Record]:
    return [replace(r, count=7) if isinstance(r, Received) and r.event == "state_end" else r for r in records]


DAMAGED_HISTORIES: dict[Callable[[list[Record]], list[Record]], str] = {
    lose_an_acknowledged_commit: "acknowledged_durable",
    commit_a_request_twice: "acknowledged_durable",
    commit_what_was_refused: "acknowledged_durable",
    stop_before_the_end: "bookmarkable",
    tear_a_full_state: "atomic",
}


@pytest.mark.parametrize("damage", DAMAGED_HISTORIES, ids=lambda it: it.__name__)
async def test_damaged_history_is_caught(
    damage: Callable[[list[Record]], list[Record]], tmp_path: Path
) -> None:
    assert DAMAGED_HISTORIES[damage] in broken_guarantees(damage(await short_story(tmp_path)))


def test_every_check_has_a_fault_that_it_catches() -> None:
    deliveries = {guarantee for _, guarantee in BROKEN_DELIVERIES.values()}
    assert {*BROKEN_HUBS.values(), *deliveries, *DAMAGED_HISTORIES.values()} == set(GUARANTEES)

"""GetConvergence as two server processes on one store answer it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.backend import NAMESPACE, Backend, backend
from tests.support.calls import Call
from tests.support.clock import ManualClock
from vexil.core.errors import InvalidRequest, NotFound, OutOfRange, Reason
from vexil.core.resource import Revision
from vexil.server.call import ANONYMOUS
from vexil.server.handlers import watching
from vexil.server.handlers.convergence import ConvergenceHandlers
from vexil.server.stores.memory import MemoryStore
from vexil.server.stores.memory_board import MemoryBoard
from vexil.server.watch.fleet import Fleet
from vexil.v1.admin_service_pb2 import GetConvergenceRequest, GetConvergenceResponse
from vexil.v1.watch_pb2 import AcknowledgeRequest, AppliedRevision, Subscriber

PROD: dict[str, Any] = {"namespace": NAMESPACE, "environment": "prod"}


@dataclass(frozen=True)
class Process:
    """One server process, without its transport."""

    shop: Backend
    fleet: Fleet
    handlers: ConvergenceHandlers

    async def report(self, instance: str, applied: int, ago_ms: int = 0, **more: Any) -> int:
        request = AcknowledgeRequest(
            subscriber=Subscriber(service="till", instance=instance), applied_revision=applied, **PROD, **more
        )
        request.applied_ago.FromMilliseconds(ago_ms)
        return await self.shop.watch.acknowledge(NAMESPACE, "prod", watching.report(request, ANONYMOUS))

    async def answer(self, **request: Any) -> GetConvergenceResponse:
        wanted = GetConvergenceRequest(**{**PROD, **request})
        return await self.handlers.get_convergence(wanted, Call())


@pytest.fixture
def time() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def processes(time: ManualClock) -> AsyncIterator[tuple[Process, Process]]:
    store, board = MemoryStore(), MemoryBoard(time.clock)
    async with AsyncExitStack() as stack:
        made = []
        for number in range(2):
            shop = await stack.enter_async_context(backend(store, time=time, create=number == 0))
            fleet = Fleet(shop.convergence, board, time.clock)
            made.append(Process(shop, fleet, ConvergenceHandlers(shop.directory, shop.history, fleet)))
        yield made[0], made[1]


def milliseconds(duration: Any) -> int:
    return int(duration.ToMilliseconds())


async def test_both_give_the_same_answer_with_the_times_of_the_subscribers(
    processes: tuple[Process, Process], time: ManualClock
) -> None:
    one, other = processes
    await one.report("a", 1)
    await other.report("b", 1)
    revision = await one.shop.set(color="red")
    time.advance(1)
    await one.report("a", revision, ago_ms=990)
    await other.report("b", revision, ago_ms=700)
    for process in processes:
        await process.fleet.post()
    for process in processes:
        answer = await process.answer()
        assert (answer.revision, answer.converged) == (revision, True)
        assert [milliseconds(each.publish_to_applied) for each in answer.subscribers] == [10, 300]
        [till] = answer.services
        assert (till.service, till.applied) == ("till", 2)
        assert milliseconds(till.publish_to_applied_p50) == 10
        assert milliseconds(till.publish_to_applied_p99) == 300
        assert milliseconds(till.publish_to_applied_max) == 300


async def test_revision_that_another_process_made_just_now_is_the_newest(
    processes: tuple[Process, Process],
) -> None:
    one, other = processes
    await other.report("b", 1)
    revision = await one.shop.set(color="red")
    answer = await other.answer()
    assert (answer.revision, answer.converged, answer.services[0].lagging) == (revision, False, 1)
    assert (await other.answer(revision=1)).converged


async def test_earlier_revisions_have_times_of_their_own(
    processes: tuple[Process, Process], time: ManualClock
) -> None:
    one, _ = processes
    await one.report("a", 1)
    second = await one.shop.set(color="red")
    time.advance(1)
    third = await one.shop.set(color="blue")
    time.advance(1)
    earlier = AppliedRevision(revision=second)
    earlier.applied_ago.FromMilliseconds(1900)
    await one.report("a", third, ago_ms=950, earlier=[earlier])
    for revision, expected in ((second, 100), (third, 50)):
        [status] = (await one.answer(revision=revision)).subscribers
        assert milliseconds(status.publish_to_applied) == expected


async def test_age_from_before_the_commit_counts_as_no_time_at_all(
    processes: tuple[Process, Process], time: ManualClock
) -> None:
    one, _ = processes
    await one.report("a", 1)
    revision = await one.shop.set(color="red")
    time.advance(1)
    await one.report("a", revision, ago_ms=3_600_000)
    [status] = (await one.answer()).subscribers
    assert status.HasField("publish_to_applied")
    assert milliseconds(status.publish_to_applied) == 0


async def test_commit_that_is_no_longer_kept_has_no_times(processes: tuple[Process, Process]) -> None:
    one, _ = processes
    await one.report("a", 1)
    await one.report("a", await one.shop.set(color="red"))
    await one.shop.store.compact(NAMESPACE, Revision(2))
    answer = await one.answer()
    assert not answer.HasField("committed_at")
    assert not answer.services[0].HasField("publish_to_applied_p50")
    assert answer.converged


async def test_summary_and_service_narrow_the_answer(processes: tuple[Process, Process]) -> None:
    one, _ = processes
    await one.report("a", 1)
    summary = await one.answer(summary_only=True)
    assert (len(summary.subscribers), len(summary.services)) == (0, 1)
    nobody = await one.answer(service="cart")
    assert (len(nobody.subscribers), len(nobody.services), nobody.converged) == (0, 0, True)


async def test_revision_that_does_not_exist_is_refused(processes: tuple[Process, Process]) -> None:
    one, _ = processes
    with pytest.raises(OutOfRange) as caught:
        await one.answer(revision=99)
    assert caught.value.reason is Reason.REVISION_IN_FUTURE
    assert caught.value.metadata["head_revision"] == "1"
    with pytest.raises(NotFound):
        await one.answer(environment="gone")


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ("earlier[1].revision", {"earlier": [AppliedRevision(revision=1), AppliedRevision(revision=2)]}),
        ("earlier[0].applied_ago", {"earlier": [{"revision": 1, "applied_ago": {"nanos": 2_000_000_000}}]}),
    ],
)
async def test_report_that_contradicts_itself_is_refused_by_its_field(
    processes: tuple[Process, Process], field: str, fault: dict[str, Any]
) -> None:
    one, _ = processes
    with pytest.raises(InvalidRequest) as caught:
        await one.report("a", 1, **fault)
    assert [violation.field for violation in caught.value.violations] == [field]

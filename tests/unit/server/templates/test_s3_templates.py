"""Objects kept in memory: when S3 is asked, by how many, and what is served while it does not answer."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from tests.support.clock import ManualClock
from vexil.core.errors import FailedPrecondition, NotFound, Reason, Unavailable
from vexil.server.templates.refusals import missing, too_large, unavailable
from vexil.server.templates.s3_objects import Denied, FetchedObject
from vexil.server.templates.s3_templates import S3Templates

URI = "s3://flows/main.json"


class FakeObjects:
    """Objects in memory; `asked` are the questions so far, with the entity tag that was known."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {URI: b"one"}
        self.failure: Exception | None = None
        self.asked: list[tuple[str, str | None]] = []
        self.closed = False
        self.gate = threading.Event()
        self.gate.set()

    def fetch(self, uri: str, known: str | None = None) -> FetchedObject | None:
        self.asked.append((uri, known))
        self.gate.wait(30)
        if self.failure is not None:
            raise self.failure
        data = self.objects.get(uri)
        if data is None:
            raise missing(uri, "gone")
        etag = f"etag-{data.hex()}"
        return None if etag == known else FetchedObject(data, etag, f"v-{data.hex()}")

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def objects() -> FakeObjects:
    return FakeObjects()


@pytest.fixture
async def templates(objects: FakeObjects, clock: ManualClock) -> AsyncIterator[S3Templates]:
    templates = S3Templates(objects, clock.clock)
    yield templates
    await templates.close()
    assert objects.closed


async def test_template_is_kept_for_some_seconds_and_then_asked_for_by_its_tag(
    templates: S3Templates, objects: FakeObjects, clock: ManualClock
) -> None:
    first = await templates.read(URI)
    assert (first.content, first.source, first.version) == ("one", URI, "v-6f6e65")
    clock.advance(4.9)
    assert await templates.read(URI) is first
    assert objects.asked == [(URI, None)]
    clock.advance(0.1)
    assert await templates.read(URI) is first
    assert objects.asked[1:] == [(URI, "etag-6f6e65")]
    assert await templates.read(URI) is first
    assert len(objects.asked) == 2


async def test_changed_object_is_seen_after_some_seconds(
    templates: S3Templates, objects: FakeObjects, clock: ManualClock
) -> None:
    await templates.read(URI)
    objects.objects[URI] = b"two"
    assert (await templates.read(URI)).content == "one"
    clock.advance(5)
    assert (await templates.read(URI)).content == "two"


async def test_those_who_ask_at_once_share_one_question(templates: S3Templates, objects: FakeObjects) -> None:
    objects.gate.clear()
    asking = [asyncio.create_task(templates.read(URI)) for _ in range(20)]
    await asyncio.sleep(0)
    asking[0].cancel()
    objects.gate.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert {each.content for each in found[1:] if not isinstance(each, BaseException)} == {"one"}
    assert len(objects.asked) == 1


async def test_failure_is_shared_too_and_asked_anew_afterwards(
    templates: S3Templates, objects: FakeObjects
) -> None:
    objects.failure = unavailable(URI, "down")
    found = await asyncio.gather(*(templates.read(URI) for _ in range(5)), return_exceptions=True)
    assert {type(each) for each in found} == {Unavailable}
    assert len(objects.asked) == 1
    objects.failure = None
    assert (await templates.read(URI)).content == "one"


async def test_nobody_left_to_hear_of_a_failure_is_no_problem(
    templates: S3Templates, objects: FakeObjects
) -> None:
    objects.gate.clear()
    objects.failure = unavailable(URI, "down")
    asking = asyncio.create_task(templates.read(URI))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    objects.gate.set()


async def test_kept_template_is_served_while_s3_is_down_which_is_asked_now_and_then(
    templates: S3Templates, objects: FakeObjects, clock: ManualClock
) -> None:
    first = await templates.read(URI)
    objects.failure = unavailable(URI, "down")
    for _ in range(3):
        clock.advance(3600)
        assert await templates.read(URI) is first
        assert await templates.read(URI) is first
    assert len(objects.asked) == 4
    objects.failure, objects.objects[URI] = None, b"two"
    clock.advance(5)
    assert (await templates.read(URI)).content == "two"


@pytest.mark.parametrize(
    ("failure", "kind", "reason"),
    [
        (missing(URI, "gone"), NotFound, Reason.TEMPLATE_NOT_FOUND),
        (too_large(URI), FailedPrecondition, Reason.INVALID_FLOW),
        (Denied("AccessDenied"), Unavailable, Reason.TEMPLATE_UNAVAILABLE),
    ],
)
async def test_kept_template_is_forgotten_when_s3_says_no(
    templates: S3Templates,
    objects: FakeObjects,
    clock: ManualClock,
    failure: Exception,
    kind: type[Exception],
    reason: Reason,
) -> None:
    await templates.read(URI)
    clock.advance(5)
    objects.failure = failure
    with pytest.raises(kind) as raised:
        await templates.read(URI)
    assert getattr(raised.value, "reason", None) is reason
    objects.failure = unavailable(URI, "down")
    with pytest.raises(Unavailable):
        await templates.read(URI)


async def test_object_that_became_no_text_is_refused(
    templates: S3Templates, objects: FakeObjects, clock: ManualClock
) -> None:
    await templates.read(URI)
    objects.objects[URI] = b"\xff"
    clock.advance(5)
    with pytest.raises(FailedPrecondition, match="not UTF-8"):
        await templates.read(URI)


async def test_caller_is_not_kept_waiting_and_threads_are_not_used_up(
    objects: FakeObjects, clock: ManualClock
) -> None:
    templates = S3Templates(objects, clock.clock, patience=0.01)
    first = await templates.read(URI)
    objects.gate.clear()
    clock.advance(5)
    for _ in range(10):
        assert await templates.read(URI) is first
    with pytest.raises(Unavailable, match="in time"):
        await templates.read("s3://flows/other")
    objects.gate.set()
    await templates.close()
    assert [uri for uri, _ in objects.asked] == [URI, URI, "s3://flows/other"]


async def test_templates_used_last_are_kept(templates: S3Templates, objects: FakeObjects) -> None:
    for number in range(100):
        objects.objects[f"s3://flows/{number}"] = b"x"
        await templates.read(f"s3://flows/{number}")
        await templates.read("s3://flows/0")
    asked = len(objects.asked)
    await templates.read("s3://flows/0")
    await templates.read("s3://flows/99")
    assert len(objects.asked) == asked
    await templates.read("s3://flows/1")
    assert len(objects.asked) == asked + 1

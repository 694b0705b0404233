"""A full state: complete whatever the selectors, readable while it is made, shared, made one at a time."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.backend import NAMESPACE, Backend
from tests.unit.core.making import CHANGED_AT
from vexil.convert.resources import state_from_proto
from vexil.core.errors import InvalidRequest
from vexil.core.resource import Kind, ResourceId, ResourceState, Revision, Version
from vexil.core.selector import Selector
from vexil.core.setting import Segment, Setting
from vexil.core.value import Value
from vexil.core.view import View
from vexil.server.watch.full_state import FullState
from vexil.server.watch.group import Group
from vexil.server.watch.history import History
from vexil.server.watch.pacer import Pacer
from vexil.server.watch.selection import Selection
from vexil.v1 import watch_pb2

START = watch_pb2.STATE_REASON_START
KEYS = ("a", "ab", "b")
SELECTORS = st.builds(
    Selector,
    kind=st.none() | st.sampled_from([Kind.SETTING, Kind.SEGMENT]),
    key=st.none() | st.sampled_from(KEYS),
    tag=st.none() | st.just("blue"),
) | st.builds(Selector, prefix=st.sampled_from(KEYS))


def state_of(key: str, resource: Setting | Segment) -> ResourceState:
    kind = Kind.SETTING if isinstance(resource, Setting) else Kind.SEGMENT
    id = ResourceId(kind, "prod", key)
    return ResourceState(id, resource, Version(1), Revision(7), Revision(7), CHANGED_AT)


def view_of(*states: ResourceState) -> View:
    return View.of(NAMESPACE, "prod", Revision(7), states)


def id_of(state: ResourceState) -> ResourceId:
    return state.id


def setting(text: str, *tags: str) -> Setting:
    return Setting(value=Value.of_string(text), tags=tags)


def select(*selectors: Selector) -> Selection:
    return Selection.of(NAMESPACE, "prod", selectors)


async def read(view: View, *selectors: Selector) -> list[bytes]:
    return [message async for message in FullState(select(*selectors), view, b"token").messages(START)]


@given(st.lists(SELECTORS, max_size=3))
def test_state_holds_each_resource_that_a_selector_fits_once(selectors: list[Selector]) -> None:
    states = [state_of("a", setting("1")), state_of("ab", setting("2", "blue")), state_of("b", setting("3"))]
    states += [state_of("a", Segment(tags=("blue",))), state_of("b", Segment())]

    encoded = asyncio.run(read(view_of(*states), *selectors))

    begin, *chunks, end = map(watch_pb2.WatchResponse.FromString, encoded)
    held = [state_from_proto(message) for chunk in chunks for message in chunk.state_chunk.resources]
    wanted = [state for state in states if not selectors or any(each.fits(state) for each in selectors)]
    assert sorted(held, key=id_of) == sorted(wanted, key=id_of)
    assert begin.state_begin.resource_count == end.state_end.resource_count == len(wanted)
    assert {message.revision for message in (begin, *chunks, end)} == {7}
    assert [message.resume_token for message in (begin, *chunks, end)] == [b""] * (1 + len(chunks)) + [
        b"token"
    ]


@pytest.mark.parametrize("size", [0, 100, 200, 20_000])
async def test_chunk_is_written_as_protobuf_writes_it(size: int) -> None:
    [_, chunk, _] = await read(view_of(*(state_of(key, setting("x" * size)) for key in KEYS)))
    assert watch_pb2.WatchResponse.FromString(chunk).SerializeToString() == chunk


async def test_first_chunk_is_there_before_the_last_is_made() -> None:
    view = view_of(*(state_of(f"key-{i}", setting("x" * 1000)) for i in range(2000)))
    state = FullState(select(), view, b"token")
    messages = state.messages(START)
    begin, first = await anext(messages), await anext(messages)
    assert watch_pb2.WatchResponse.FromString(begin).state_begin.resource_count == 2000
    assert not state.done
    assert [first, *[message async for message in messages]] == (await read(view))[1:]


async def test_others_have_their_turn_while_a_state_is_made() -> None:
    view = view_of(*(state_of(f"key-{i}", setting("x" * 1000)) for i in range(200)))
    state = FullState(select(), view, b"token")
    turns = 0
    while not state.done:
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10


async def test_what_can_not_be_encoded_is_an_error_for_all_who_ask() -> None:
    state = FullState(select(), view_of(state_of("a", setting("lone \ud800 surrogate"))), b"token")
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            [message async for message in state.messages(START)]


async def test_one_state_is_made_at_a_time_and_the_next_is_shared(shop: Backend) -> None:
    await shop.set(color="red")
    holder = await shop.directory.find(NAMESPACE)
    group = Group(select(), History(Revision(2), 10, 1000), epoch=1, announce_after=1.0, pacer=Pacer())
    first = await group.state(holder)
    await shop.set(color="blue")
    second, third = await asyncio.gather(group.state(holder), group.state(holder))
    assert first.done
    assert second is third
    assert (first.revision, second.revision) == (2, 3)


async def test_state_that_failed_is_made_again_for_who_comes_next(
    shop: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.set(color="red")
    holder = await shop.directory.find(NAMESPACE)
    group = Group(select(), History(Revision(2), 10, 1000), epoch=1, announce_after=1.0, pacer=Pacer())
    with monkeypatch.context() as patch:
        patch.setattr("vexil.server.watch.full_state._encode_part", None)
        failing = await group.state(holder)
        with pytest.raises(TypeError):
            [message async for message in failing.messages(START)]
    assert [message async for message in (await group.state(holder)).messages(START)]

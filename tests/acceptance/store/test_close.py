"""The end of a store, and what is there when it is opened again."""

import asyncio

import pytest

from tests.acceptance.store.backends import Backend
from tests.acceptance.store.drafts import NAMESPACE, Drafts, delete, put, setting
from tests.acceptance.store.model import Model, same_image
from vexil.core.errors import Reason, Unavailable
from vexil.core.resource import Revision


async def test_close_ends_everything(backend: Backend) -> None:
    store = await backend.open()
    commit = Drafts().next(put("a"))
    await store.close()
    for call in (
        store.heads,
        lambda: store.head(NAMESPACE),
        lambda: store.append(commit),
        lambda: store.load(NAMESPACE),
        lambda: store.read(NAMESPACE, Revision(0), 1),
        lambda: store.read_back(NAMESPACE, Revision(1), 1),
        lambda: store.versions(NAMESPACE, setting("a"), None, 1),
        lambda: store.find_request(NAMESPACE, "r"),
        lambda: store.compact(NAMESPACE, Revision(0)),
        store.check,
        lambda: anext(store.hints()),
    ):
        with pytest.raises(Unavailable) as refusal:
            await call()
        assert refusal.value.reason is Reason.STORE_UNAVAILABLE


async def test_close_twice_is_fine(backend: Backend) -> None:
    store = await backend.open()
    await asyncio.gather(store.close(), store.close())
    await store.close()


async def test_close_lets_appends_under_way_finish(backend: Backend) -> None:
    store = await backend.open()
    appending = asyncio.ensure_future(store.append(Drafts().next(put("a"))))
    await asyncio.sleep(0)
    await store.close()
    await appending


async def test_reopened_store_holds_everything(backend: Backend) -> None:
    if not backend.shared:
        pytest.skip("ends with its store")
    drafts, model = Drafts(), Model(NAMESPACE)
    for number in range(12):
        model.commits.append(drafts.next(put("a", str(number)), put(f"k-{number}"), request_id=f"r{number}"))
    model.commits.append(drafts.next(delete("k-3")))
    store = await backend.open()
    for commit in model.commits:
        await store.append(commit)
    await store.compact(NAMESPACE, Revision(5))
    model.compacted = Revision(5)
    await store.close()

    store = await backend.open()
    assert await store.heads() == [model.head]
    assert await store.read(NAMESPACE, Revision(5), 100) == model.kept
    assert same_image(await store.load(NAMESPACE), model.image(13))
    assert await store.find_request(NAMESPACE, "r11") == model.commits[11]
    assert await store.check() == []
    await store.close()

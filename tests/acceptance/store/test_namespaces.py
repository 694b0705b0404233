"""Many namespaces in one store."""

import asyncio

from tests.acceptance.store.drafts import Drafts, put
from tests.acceptance.store.model import Model, same_image
from vexil.core.resource import Revision
from vexil.server.stores.port import Head, Store


async def test_heads_come_by_name(store: Store) -> None:
    names = ["b", "a-2", "a", "é", "z", "a-10", "Z", "😀", "\uffee"]
    for name in names:
        await store.append(Drafts(name).next(put("a")))
    assert list(await store.heads()) == [Head(name, Revision(1), Revision(0), 1) for name in sorted(names)]


async def test_namespaces_do_not_see_each_other(store: Store) -> None:
    models = {name: Model(name) for name in (f"team-{number}" for number in range(20))}

    async def write(model: Model, length: int) -> None:
        drafts = Drafts(model.namespace)
        for number in range(length):
            model.commits.append(drafts.next(put("same-key", f"{model.namespace} {number}")))
            await store.append(model.commits[-1])

    await asyncio.gather(*(write(model, 1 + length % 7) for length, model in enumerate(models.values())))
    assert [head.namespace for head in await store.heads()] == sorted(models)
    for name, model in models.items():
        assert await store.head(name) == model.head
        assert await store.read(name, Revision(0), 100) == model.commits
        assert same_image(await store.load(name), model.image(len(model.commits)))
        (id,) = model.ids()
        assert await store.versions(name, id, None, 100) == model.versions(id)

"""Batches that become commits, and what a repetition leaves alone."""

import pytest

from tests.support.backend import NAMESPACE, Backend, delete, put, texts
from vexil.core.change import Put
from vexil.core.errors import InvalidRequest, NotFound
from vexil.core.resource import Environment, Kind, Namespace, ResourceId
from vexil.server.control.importer import BatchResult, Importer, ImportRequest

EXPORTED = (
    Put(ResourceId(Kind.NAMESPACE, "", "origin"), Namespace(owner="ops")),
    Put(ResourceId(Kind.ENVIRONMENT, "", "live"), Environment()),
    put("color", "red", "live"),
)


def importer(
    shop: Backend, namespace: str = NAMESPACE, *, create: bool = False, dry_run: bool = False
) -> Importer:
    request = ImportRequest(namespace=namespace, create=create, dry_run=dry_run, author="ada")
    return Importer(shop.directory, shop.committer, request)


async def test_each_batch_is_a_commit(shop: Backend) -> None:
    batches = importer(shop)
    assert await batches.take([put("color", "red"), put("size", "m")]) == BatchResult(2, 2, 0)  # type: ignore[arg-type]
    assert await batches.take([put("shape", "round")]) == BatchResult(3, 1, 0)  # type: ignore[arg-type]
    assert len(texts(shop.view())) == 3


async def test_what_is_the_same_already_is_left_alone(shop: Backend) -> None:
    await shop.set(color="red")
    result = await importer(shop).take([put("color", "red"), put("size", "m"), delete("shape")])
    assert (result.written, result.unchanged) == (1, 2)
    again = await importer(shop).take([put("color", "red"), put("size", "m")])
    assert (again.revision, again.written, again.unchanged) == (3, 0, 2)


async def test_namespace_is_made_under_its_new_name(shop: Backend) -> None:
    await importer(shop, "copy", create=True).take(EXPORTED)
    snapshot = shop.directory.snapshot("copy")
    assert texts(snapshot.view("live")) == {"color": "red"}
    namespace = snapshot.get(ResourceId(Kind.NAMESPACE, "", "copy"))
    assert namespace is not None
    assert namespace.resource == Namespace(owner="ops")


async def test_namespace_without_a_description_is_made_too(shop: Backend) -> None:
    result = await importer(shop, "copy", create=True).take(EXPORTED[1:])
    assert (result.revision, result.written) == (1, 2)
    assert shop.directory.snapshot("copy").get(ResourceId(Kind.NAMESPACE, "", "copy")) is not None


async def test_missing_namespace_is_an_error_unless_it_may_be_made(shop: Backend) -> None:
    with pytest.raises(NotFound):
        await importer(shop, "copy").take(EXPORTED)


async def test_dry_run_imagines_the_batches_before(shop: Backend) -> None:
    batches = importer(shop, "copy", create=True, dry_run=True)
    await batches.take(EXPORTED[:2])
    result = await batches.take(EXPORTED[2:])
    assert (result.revision, result.written) == (2, 1)
    assert [head.namespace for head in await shop.store.heads()] == [NAMESPACE]


async def test_bad_batch_leaves_the_ones_before_it(shop: Backend) -> None:
    batches = importer(shop)
    await batches.take([put("color", "red")])
    with pytest.raises(InvalidRequest):
        await batches.take([put("size", "m"), put("size", "l")])
    assert texts(shop.view()) == {"color": "red"}


async def test_violations_count_as_the_batch_does(shop: Backend) -> None:
    await shop.set(color="red")
    broken = Put(ResourceId(Kind.SETTING, "nowhere", "size"), put("size", "m").resource)
    with pytest.raises(InvalidRequest) as refused:
        await importer(shop).take([put("color", "red"), put("shape", "round"), broken])
    assert [found.field.split(".")[0] for found in refused.value.violations] == ["changes[2]"]
    assert refused.value.message.startswith("changes[2]")


async def test_violations_count_as_the_batch_does_while_the_namespace_is_made(shop: Backend) -> None:
    broken = Put(ResourceId(Kind.SETTING, "nowhere", "size"), put("size", "m").resource)
    with pytest.raises(InvalidRequest) as refused:
        await importer(shop, "copy", create=True).take([*EXPORTED[1:], broken])
    assert [found.field.split(".")[0] for found in refused.value.violations] == ["changes[2]"]

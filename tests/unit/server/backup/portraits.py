"""Everything that a store can be asked about its logs."""

from dataclasses import dataclass
from typing import Any

from vexil.core.resource import Commit, ResourceId, Revision
from vexil.server.stores.port import Head, Image, Store, VersionRecord


@dataclass(frozen=True)
class Portrait:
    """One namespace: its head, the state at each kept revision, commits, versions, and request ids."""

    head: Head
    images: list[Any]
    commits: list[Commit]
    versions: dict[ResourceId, list[VersionRecord]]
    requests: dict[str, Commit | None]


async def portraits(store: Store) -> dict[str, Portrait]:
    """What the store answers, in an order that does not depend on the backend."""
    return {head.namespace: await portrait(store, head) for head in await store.heads()}


async def portrait(store: Store, head: Head) -> Portrait:
    name = head.namespace
    images = [
        await store.load(name, Revision(revision))
        for revision in range(head.compact_revision, head.revision + 1)
    ]
    commits = list(await store.read(name, head.compact_revision, 100_000))
    ids = {state.id for image in images for state in image.states}
    ids |= {trace.id for image in images for trace in image.deleted}
    return Portrait(
        head,
        [_sorted(image) for image in images],
        commits,
        {id: list(await store.versions(name, id, None, 1000)) for id in sorted(ids)},
        {
            request: await store.find_request(name, request)
            for request in {commit.request_id for commit in commits if commit.request_id} | {"r1", "r2"}
        },
    )


def _sorted(image: Image) -> Any:
    return (
        image.revision,
        sorted(image.states, key=lambda state: state.id),
        sorted(image.deleted, key=lambda trace: trace.id),
    )

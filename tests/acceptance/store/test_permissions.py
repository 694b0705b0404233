"""Permissions in a store: digests of secrets are kept, in the log, in states and in versions."""

from tests.acceptance.store.drafts import NAMESPACE, Drafts
from tests.unit.core.permissions import BINDING, PROVIDER, SECRET
from vexil.core.access.role import Role
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.verb import Verb
from vexil.core.change import Put
from vexil.core.resource import KIND_OF, Resource, ResourceId, ResourceState, Revision
from vexil.server.stores.port import Store

KEY = ServiceKey((SECRET, SECRET), "for tests")


async def test_store_keeps_permissions_with_digests(store: Store) -> None:
    resources: list[Resource] = [Role((Verb.READ,), "reads"), BINDING, KEY, PROVIDER]
    commit = Drafts().next(*(Put(ResourceId(KIND_OF[type(each)], "", "a"), each) for each in resources))
    await store.append(commit)
    (read,) = await store.read(NAMESPACE, Revision(0), 1)
    loaded = (await store.load(NAMESPACE)).states
    versions = await store.versions(NAMESPACE, commit.changes[2].id, None, 1)
    for found in ([change for change in read.changes if isinstance(change, ResourceState)], loaded):
        assert {state.id.kind: state.resource for state in found} == {
            KIND_OF[type(each)]: each for each in resources
        }
    assert isinstance(versions[0].change, ResourceState)
    assert versions[0].change.resource == KEY

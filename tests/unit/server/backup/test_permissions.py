"""Permissions in backups: whole, so that keys can be used, and restored only for who asks for them."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.core.permissions import NOW, SECRET
from tests.unit.server.backup.portraits import portraits
from tests.unit.server.backup.shop import Shop
from vexil.core.access.service_key import ServiceKey
from vexil.core.access.system import SYSTEM_NAMESPACE
from vexil.core.resource import Commit, Kind, ResourceId, ResourceState, Revision, Version
from vexil.server.backup.content import encode, pack, unpack


def test_backup_keeps_digests_of_service_keys() -> None:
    id = ResourceId(Kind.SERVICE_KEY, "", "0a1b2c3d4e")
    state = ResourceState(id, ServiceKey((SECRET,)), Version(1), Revision(1), Revision(1), NOW)
    commit = Commit("vexil-access", Revision(1), (state,), NOW)
    assert list(unpack(pack([encode(commit)]), 1)) == [commit]


async def test_a_restored_backup_brings_no_revoked_key_back(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    await shop.write("a")
    await shop.write("key", namespace=SYSTEM_NAMESPACE)
    await shop.back_up()
    assert [head.namespace for head in await (await shop.restored()).heads()] == ["shop"]


@pytest.mark.parametrize("asked", [{"with_access": True}, {"namespace": SYSTEM_NAMESPACE}])
async def test_permissions_are_restored_as_they_were_where_that_is_asked_for(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    shop = Shop(tmp_path)
    await shop.write("a")
    await shop.write("key", namespace=SYSTEM_NAMESPACE)
    await shop.back_up()
    restored = await portraits(await shop.restored(**asked))
    before = await portraits(shop.store)
    assert restored[SYSTEM_NAMESPACE] == before[SYSTEM_NAMESPACE]
    assert ("shop" in restored) is ("with_access" in asked)

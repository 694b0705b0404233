"""Old content made current again, by new commits."""

import pytest

from tests.support.backend import NAMESPACE, Backend, put, setting, texts
from vexil.core.errors import InvalidRequest, NotFound, Reason
from vexil.core.resource import Revision, Version
from vexil.server.control.rollback import RollbackRequest

REQUEST = RollbackRequest(namespace=NAMESPACE, author="ada", message="too bright")


async def test_resource_gets_an_old_content_as_a_new_version(shop: Backend) -> None:
    await shop.set(color="red")
    await shop.set(color="blue")
    commit = await shop.rollback.resource(REQUEST, setting("color"), Version(1))
    assert commit is not None
    assert (commit.revision, commit.changes[0].version, commit.author) == (4, 3, "ada")
    assert texts(shop.view()) == {"color": "red"}


async def test_version_that_is_a_deletion_deletes(shop: Backend) -> None:
    await shop.set(color="red")
    await shop.set(color=None)
    await shop.set(color="blue")
    await shop.rollback.resource(REQUEST, setting("color"), Version(2))
    assert texts(shop.view()) == {}


async def test_deleted_resource_comes_back(shop: Backend) -> None:
    await shop.set(color="red")
    await shop.set(color=None)
    await shop.rollback.resource(REQUEST, setting("color"), Version(1))
    assert texts(shop.view()) == {"color": "red"}


async def test_unknown_version_is_not_found(shop: Backend) -> None:
    await shop.set(color="red")
    with pytest.raises(NotFound) as raised:
        await shop.rollback.resource(REQUEST, setting("color"), Version(7))
    assert raised.value.reason is Reason.VERSION_NOT_FOUND


async def test_environment_goes_back_in_one_commit_and_others_stay(shop: Backend) -> None:
    await shop.commit(put("color", "red"), put("size", "m"), put("color", "grey", "qa"))
    then = shop.view().revision
    await shop.commit(put("color", "blue"), put("shape", "round"), put("color", "black", "qa"))
    await shop.set(size=None)
    commit = await shop.rollback.environment(REQUEST, "prod", then)
    assert commit is not None
    assert len(commit.changes) == 3
    assert texts(shop.view()) == {"color": "red", "size": "m"}
    assert texts(shop.view("qa")) == {"color": "black"}


async def test_what_is_so_already_needs_no_commit(shop: Backend) -> None:
    revision = await shop.set(color="red")
    assert await shop.rollback.resource(REQUEST, setting("color"), Version(1)) is None
    assert await shop.rollback.environment(REQUEST, "prod", revision) is None
    assert shop.view().revision == revision


async def test_environment_that_did_not_exist_then_is_not_found(shop: Backend) -> None:
    with pytest.raises(NotFound):
        await shop.rollback.environment(REQUEST, "nowhere", Revision(1))


async def test_dry_run_makes_nothing(shop: Backend) -> None:
    await shop.set(color="red")
    await shop.set(color="blue")
    request = RollbackRequest(namespace=NAMESPACE, dry_run=True)
    commit = await shop.rollback.resource(request, setting("color"), Version(1))
    assert commit is not None
    assert commit.revision == 4
    assert texts(shop.view()) == {"color": "blue"}


async def test_repeated_request_is_answered_with_its_first_commit(shop: Backend) -> None:
    await shop.set(color="red")
    await shop.set(color="blue")
    request = RollbackRequest(namespace=NAMESPACE, request_id="r-1")
    first = await shop.rollback.resource(request, setting("color"), Version(1))
    await shop.set(color="green")
    assert await shop.rollback.resource(request, setting("color"), Version(1)) == first
    assert texts(shop.view()) == {"color": "green"}


async def test_id_of_another_request_is_refused(shop: Backend) -> None:
    await shop.commit(put("color", "red"), request_id="r-1")
    await shop.set(size="m")
    await shop.set(size="l")
    request = RollbackRequest(namespace=NAMESPACE, request_id="r-1")
    with pytest.raises(InvalidRequest) as raised:
        await shop.rollback.resource(request, setting("size"), Version(1))
    assert raised.value.reason is Reason.REQUEST_ID_REUSED

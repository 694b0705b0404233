"""Objects of S3, by its protocol."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.clock import ManualClock
from tests.support.engines.moto import Account
from vexil.core.errors import FailedPrecondition, NotFound, Reason
from vexil.server.templates.s3_objects import S3Objects
from vexil.server.templates.s3_templates import S3Templates
from vexil.server.templates.template import MAX_BYTES

URI = "s3://flows/deep/main menü.json"
KEY = "deep/main menü.json"


@pytest.fixture
def objects(account: Account, bucket: Any) -> Iterator[S3Objects]:
    objects = S3Objects(account.endpoint)
    yield objects
    objects.close()


def test_object_is_fetched_with_its_tag(objects: S3Objects, bucket: Any) -> None:
    put = bucket.put_object(Key=KEY, Body="{“a”}".encode())
    fetched = objects.fetch(URI)
    assert fetched is not None
    assert (fetched.data.decode(), fetched.etag) == ("{“a”}", put.e_tag)
    assert fetched.version == put.e_tag.strip('"')


def test_object_that_did_not_change_is_not_sent_again(objects: S3Objects, bucket: Any) -> None:
    bucket.put_object(Key=KEY, Body=b"one")
    first = objects.fetch(URI)
    assert first is not None
    assert objects.fetch(URI, first.etag) is None
    bucket.put_object(Key=KEY, Body=b"two")
    second = objects.fetch(URI, first.etag)
    assert second is not None
    assert second.data == b"two"


def test_version_of_an_object_in_a_versioned_bucket_is_its_id(objects: S3Objects, bucket: Any) -> None:
    bucket.Versioning().enable()
    put = bucket.put_object(Key=KEY, Body=b"one")
    fetched = objects.fetch(URI)
    assert fetched is not None
    assert fetched.version == put.version_id


@pytest.mark.parametrize("uri", ["s3://flows/gone.json", "s3://no-such-bucket-anywhere/main.json"])
def test_object_that_is_not_there_is_not_found(objects: S3Objects, uri: str) -> None:
    with pytest.raises(NotFound) as raised:
        objects.fetch(uri)
    assert raised.value.reason is Reason.TEMPLATE_NOT_FOUND
    assert raised.value.metadata == {"template": uri}


def test_largest_object_is_fetched_and_a_larger_one_refused(objects: S3Objects, bucket: Any) -> None:
    bucket.put_object(Key=KEY, Body=b"x" * MAX_BYTES)
    fetched = objects.fetch(URI)
    assert fetched is not None
    assert len(fetched.data) == MAX_BYTES
    bucket.put_object(Key=KEY, Body=b"x" * (MAX_BYTES + 1))
    with pytest.raises(FailedPrecondition) as raised:
        objects.fetch(URI)
    assert raised.value.reason is Reason.INVALID_FLOW


async def test_template_follows_its_object(objects: S3Objects, bucket: Any) -> None:
    clock = ManualClock()
    templates = S3Templates(objects, clock.clock)
    try:
        bucket.put_object(Key=KEY, Body=b"one")
        first = await templates.read(URI)
        bucket.put_object(Key=KEY, Body=b"two")
        assert await templates.read(URI) is first
        clock.advance(5)
        second = await templates.read(URI)
        assert (first.content, second.content) == ("one", "two")
        assert first.version != second.version
        bucket.Object(KEY).delete()
        clock.advance(5)
        with pytest.raises(NotFound):
            await templates.read(URI)
    finally:
        await templates.close()

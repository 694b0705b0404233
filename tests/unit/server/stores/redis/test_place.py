"""Places and messages: what is read from text that others write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.resource import Revision
from vexil.server.stores.redis.messages import decoded
from vexil.server.stores.redis.place import RedisPlace


@pytest.mark.parametrize(
    ("url", "address", "database"),
    [
        ("redis://cache:6380/3", "cache:6380", 3),
        ("rediss://user:hush@cache", "cache:6379", 0),
        ("redis://[::1]:1/", "::1:1", 0),
    ],
)
def test_place_says_where_it_is_and_keeps_its_secret(url: str, address: str, database: int) -> None:
    place = RedisPlace(url, "other")
    assert (place.address, place.database) == (address, database)
    assert "hush" not in repr(place) + place.address
    assert "other" not in repr(place)


def test_message_is_a_revision_and_a_namespace() -> None:
    assert decoded(b"17 shop") == ("shop", Revision(17))


@given(st.one_of(st.binary(), st.text(), st.integers(), st.none()))
def test_any_message_is_read_or_passed_over(message: object) -> None:
    said = decoded(message)
    assert said is None or message == f"{said[1]} {said[0]}".encode()

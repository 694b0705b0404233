"""Bytes: they come back as they were, or are known to be damaged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.acceptance.store.drafts import Drafts, delete, put
from vexil.core.errors import LimitExceeded
from vexil.server.stores.dynamodb import encoding
from vexil.server.stores.dynamodb.errors import Damage


@given(st.binary(max_size=5000) | st.builds(lambda piece: piece * 999, st.binary(max_size=9)))
def test_packed_bytes_come_back(content: bytes) -> None:
    packed = encoding.pack(content)
    assert len(packed) <= len(content) + 1
    assert encoding.unpack(packed, "it") == content


@pytest.mark.parametrize("stored", [b"", b"\2x", b"\1not deflated"])
def test_bytes_that_were_not_packed_are_damage(stored: bytes) -> None:
    with pytest.raises(Damage, match="it can't be unpacked"):
        encoding.unpack(stored, "it")


def test_commit_comes_back_and_is_the_same_bytes_each_time() -> None:
    commit = Drafts().next(put("a", "ü"), delete("b"), labels={"z": "1", "a": "2"}, request_id="r")
    content = encoding.encode_commit(commit)
    assert encoding.decode_commit(content, "it") == commit
    assert encoding.encode_commit(encoding.decode_commit(content, "it")) == content


def test_changes_come_back() -> None:
    for change in Drafts().next(put("a", "ü"), delete("b")).changes:
        assert encoding.decode_change(encoding.encode_change(change), "it") == change


@pytest.mark.parametrize("content", [b"\xff", b"\x0a\xff"])
def test_bytes_that_are_no_message_are_damage(content: bytes) -> None:
    with pytest.raises(Damage, match="it can't be decoded"):
        encoding.decode_commit(content, "it")
    with pytest.raises(Damage, match="it can't be decoded"):
        encoding.decode_change(content, "it")


def test_digest_depends_on_what_was_before() -> None:
    digests = {encoding.digest(content, before) for content in (b"", b"a") for before in (b"", b"b" * 32)}
    assert len(digests) == 4


def test_change_that_is_too_large_is_refused_with_its_size() -> None:
    (change,) = Drafts().next(put("huge", "x" * encoding.RESOURCE_BYTES)).changes
    with pytest.raises(LimitExceeded) as refusal:
        encoding.encode_change(change)
    assert refusal.value.metadata["limit"] == str(encoding.RESOURCE_BYTES)
    assert int(refusal.value.metadata["bytes"]) > encoding.RESOURCE_BYTES

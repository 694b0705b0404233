"""Replies of Redis: read in whatever pieces they come, and never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.bridge.redis.protocol import ProtocolError, Refusal, Replies, Reply, encoded

replies = st.one_of(
    st.none(),
    st.binary(max_size=200),
    st.integers(-(2**63), 2**63 - 1),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40).map(Refusal),
)


def written(reply: Reply) -> bytes:
    match reply:
        case None:
            return b"$-1\r\n"
        case bytes():
            return b"$%d\r\n%b\r\n" % (len(reply), reply)
        case int():
            return b":%d\r\n" % reply
        case Refusal(text):
            return b"-" + text.encode() + b"\r\n"


def pieces(data: bytes, size: int) -> Replies:
    """A reader that gets the data in pieces of that size, and then the end."""
    position = 0

    def receive(most: int) -> bytes:
        nonlocal position
        piece = data[position : position + min(size, most)]
        position += len(piece)
        return piece

    return Replies(receive)


@given(st.lists(replies, max_size=5), st.integers(1, 50))
def test_replies_are_read_in_any_pieces(sent: list[Reply], size: int) -> None:
    reader = pieces(b"".join(map(written, sent)), size)
    assert [reader.read() for _ in sent] == sent
    with pytest.raises(ConnectionError):
        reader.read()


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_are_replies_or_a_named_error(data: bytes, size: int) -> None:
    reader = pieces(data, size)

    def read_all() -> None:
        while True:
            reader.read()

    with pytest.raises((ProtocolError, ConnectionError)):
        read_all()


def test_line_without_an_end_is_refused_before_it_fills_memory() -> None:
    reader = Replies(lambda most: b"+" * most)
    with pytest.raises(ProtocolError):
        reader.read()


def test_commands_are_sent_together() -> None:
    assert (
        encoded([(b"GET", b"a\r\n"), (b"PING",)]) == b"*2\r\n$3\r\nGET\r\n$3\r\na\r\n\r\n*1\r\n$4\r\nPING\r\n"
    )

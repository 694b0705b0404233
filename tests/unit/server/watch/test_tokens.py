"""Resume tokens: what goes in comes out, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexil.core.errors import InvalidRequest, Reason
from vexil.core.resource import Kind, Revision
from vexil.core.selector import EVERYTHING, Selector
from vexil.server.watch import tokens
from vexil.server.watch.selection import Selection
from vexil.server.watch.tokens import Position

positions = st.builds(
    Position,
    namespace=st.sampled_from(["shop", "desk"]),
    fingerprint=st.binary(min_size=8, max_size=8),
    epoch=st.integers(0, 2**32 - 1),
    revision=st.integers(0, 2**63 - 1).map(Revision),
)


def refused(token: bytes, namespace: str = "shop") -> str:
    with pytest.raises(InvalidRequest) as raised:
        tokens.decode(token, namespace)
    assert raised.value.reason is Reason.INVALID_RESUME_TOKEN
    return raised.value.message


@given(positions)
def test_token_holds_its_position(position: Position) -> None:
    assert tokens.decode(tokens.encode(position), position.namespace) == position


@given(positions, st.data())
def test_damaged_token_is_refused(position: Position, data: st.DataObject) -> None:
    token = bytearray(tokens.encode(position))
    index = data.draw(st.integers(0, len(token) - 1))
    token[index] ^= data.draw(st.integers(1, 255))
    refused(bytes(token), position.namespace)


@given(positions, st.integers(0, 32))
def test_truncated_token_is_refused(position: Position, length: int) -> None:
    refused(tokens.encode(position)[:length], position.namespace)


@given(st.binary(max_size=64))
def test_bytes_that_are_no_token_are_refused(data: bytes) -> None:
    refused(data)


def test_token_of_another_namespace_is_refused() -> None:
    token = tokens.encode(Position("desk", bytes(8), 1, Revision(7)))
    assert "'shop'" in refused(token)


def test_token_is_small() -> None:
    assert len(tokens.encode(Position("shop", bytes(8), 1, Revision(7)))) == 33


def test_fingerprint_tells_selections_apart_and_not_their_spelling() -> None:
    def fingerprint(*selectors: Selector, environment: str = "prod") -> bytes:
        return Selection.of("shop", environment, selectors).fingerprint

    a, b = Selector(key="a"), Selector(prefix="a")
    assert fingerprint(a, b) == fingerprint(b, a, a)
    assert fingerprint() == fingerprint(EVERYTHING) == fingerprint(a, EVERYTHING)
    different = [
        fingerprint(),
        fingerprint(environment="qa"),
        fingerprint(a),
        fingerprint(b),
        fingerprint(Selector(tag="a")),
        fingerprint(a, b),
    ]
    assert len(set(different)) == len(different)


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ([], "2fd31e6e2c636aa6"),
        ([Selector(kind=Kind.SETTING, prefix="a."), Selector(tag="x")], "e62859653e5374cf"),
    ],
)
def test_fingerprint_is_the_same_in_every_release(selectors: list[Selector], expected: str) -> None:
    """Tokens outlive processes and upgrades."""
    assert Selection.of("shop", "prod", selectors).fingerprint.hex() == expected

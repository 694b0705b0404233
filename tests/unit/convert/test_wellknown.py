"""Times, durations and JSON objects as protobuf's own messages."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from tests.support import strategies
from vexil.convert.wellknown import DURATION, STRUCT, TIMESTAMP
from vexil.core.frozen import FrozenDict, FrozenList
from vexil.core.jsontext import MAX_SAFE_INT


@given(strategies.times())
def test_time_comes_back_and_agrees_with_protobuf(time: datetime) -> None:
    message = Timestamp()
    TIMESTAMP.fill(message, time)
    assert message.ToDatetime(UTC) == time
    assert TIMESTAMP.read(message) == time


def test_time_is_cut_to_the_microsecond_and_put_in_utc() -> None:
    assert TIMESTAMP.read(Timestamp(seconds=-1, nanos=999_999_999)) == datetime(
        1969, 12, 31, 23, 59, 59, 999_999, UTC
    )
    message = Timestamp()
    TIMESTAMP.fill(message, datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))))
    assert message == Timestamp()


@given(st.integers(-(10**15), 10**15))
def test_duration_in_microseconds_comes_back_and_agrees_with_protobuf(microseconds: int) -> None:
    message = Duration()
    DURATION.fill(message, microseconds / 10**6)
    assert message.ToTimedelta() == timedelta(microseconds=microseconds)
    assert DURATION.read(message) == microseconds / 10**6


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (5.0, "5"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.5, "0.5"),
        (1e300, "1e+300"),
        (float(MAX_SAFE_INT), "9007199254740991"),
        (-float(MAX_SAFE_INT), "-9007199254740991"),
        (2.0**53, "9007199254740992.0"),
    ],
)
def test_number_of_a_struct_is_an_int_where_it_is_whole_and_exact(number: float, text: str) -> None:
    struct = Struct()
    struct.fields["n"].number_value = number
    assert repr(STRUCT.read(struct)["n"]) == text


def test_struct_is_read_only_and_in_the_order_of_its_names() -> None:
    struct = Struct()
    struct.update({"b": [1, {}], "a": {"d": None, "c": True}})
    read = STRUCT.read(struct)
    assert repr(read) == "{'a': {'c': True, 'd': None}, 'b': [1, {}]}"
    assert [type(each) for each in (read, read["a"], read["b"], read["b"][1])] == [
        FrozenDict,
        FrozenDict,
        FrozenList,
        FrozenDict,
    ]

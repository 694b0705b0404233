"""No message, whatever is in it, raises anything but a VexilError."""

import json
import re
from contextlib import suppress
from typing import Any

import pytest
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Value as JsonValue
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, PreconditionFailure, RetryInfo
from google.rpc.status_pb2 import Status
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.unit.convert.conversions import CONVERSIONS, Conversion
from vexil.convert.errors import error_from_status
from vexil.core.errors import VexilError

DEEPEST = 12


@st.composite
def messages(draw: DrawFn, descriptor: Any, depth: int = 0) -> Message:
    """Messages with anything in some of their fields."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if draw(st.integers(0, 2 + depth)) > 1 or depth > DEEPEST:
            continue
        held = getattr(message, field.name)
        if field.message_type is None:
            if field.is_repeated:
                held.extend(draw(st.lists(_scalars(field), max_size=2)))
            else:
                setattr(message, field.name, draw(_scalars(field)))
        elif field.message_type.GetOptions().map_entry:
            _put(draw, held, field.message_type.fields_by_name["value"], depth)
        elif field.is_repeated:
            held.extend(draw(st.lists(messages(field.message_type, depth + 1), max_size=2)))
        else:
            held.CopyFrom(draw(messages(field.message_type, depth + 1)))
    return message


def _put(draw: DrawFn, entries: Any, item: Any, depth: int) -> None:
    for key in draw(st.lists(st.text(max_size=4), max_size=2)):
        if item.message_type:
            entries[key].CopyFrom(draw(messages(item.message_type, depth + 1)))
        else:
            entries[key] = draw(_scalars(item))


def _scalars(field: Any) -> SearchStrategy[Any]:
    if field.enum_type:
        return st.integers(-1, 20) | st.integers(-(2**31), 2**31 - 1)
    match field.cpp_type:
        case field.CPPTYPE_STRING:
            texts = st.text(max_size=6) | st.sampled_from(['{"a":1,"a":2}', "[1e999]", "9" * 30, "[" * 2000])
            return st.binary(max_size=6) if field.type == field.TYPE_BYTES else texts
        case field.CPPTYPE_BOOL:
            return st.booleans()
        case field.CPPTYPE_DOUBLE:
            return st.floats()
        case field.CPPTYPE_INT32:
            return st.integers(-(2**31), 2**31 - 1)
        case field.CPPTYPE_UINT32:
            return st.integers(0, 2**32 - 1)
        case _:
            return st.integers(-(2**63), 2**63 - 1)


def member_at(message: Any, path: str) -> Any:
    """What a violation's path leads to. Raises LookupError or AttributeError when that is nothing."""
    found = message
    for match in re.finditer(r'\.?(\w+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]', path):
        name, index, key = match.groups()
        if name and not (isinstance(found, Message) and name in found.DESCRIPTOR.fields_by_name):
            raise KeyError(name)
        if isinstance(found, JsonValue):
            found = found.struct_value if key else found.list_value
        if name:
            found = getattr(found, name)
        elif index:
            found = getattr(found, "values", found)[int(index)]
        else:
            entries = getattr(found, "fields", found)
            if json.loads(key) not in entries:
                raise KeyError(key)
            found = entries[json.loads(key)]
    return found


@pytest.mark.parametrize("conversion", CONVERSIONS.values(), ids=CONVERSIONS)
@given(data=st.data())
def test_any_message_is_read_or_refused_with_a_path_inside_it(
    conversion: Conversion, data: st.DataObject
) -> None:
    message = data.draw(messages(conversion.message.DESCRIPTOR))
    try:
        model = conversion.from_proto(message)
    except VexilError as error:
        (violation,) = error.violations
        member_at(message, violation.field)
    else:
        assert conversion.from_proto(conversion.to_proto(model)) == model


@pytest.mark.parametrize("conversion", CONVERSIONS.values(), ids=CONVERSIONS)
@given(data=st.data())
def test_damaged_bytes_are_read_or_refused(conversion: Conversion, data: st.DataObject) -> None:
    sent = bytearray(conversion.to_proto(data.draw(conversion.models)).SerializeToString())
    for place in data.draw(st.lists(st.integers(0, len(sent)), max_size=3)):
        sent[place : place + 1] = data.draw(st.binary(max_size=2))
    with suppress(DecodeError, VexilError):
        conversion.from_proto(conversion.message.FromString(bytes(sent)))


@given(
    messages(Status.DESCRIPTOR),
    st.sampled_from([ErrorInfo, BadRequest, PreconditionFailure, RetryInfo]),
    st.data(),
)
def test_any_status_is_an_error(status: Status, kind: type[Message], data: st.DataObject) -> None:
    detail = data.draw(messages(kind.DESCRIPTOR)).SerializeToString()
    status.details.add(
        type_url=f"type.googleapis.com/{kind.DESCRIPTOR.full_name}",
        value=detail[data.draw(st.integers(0, 2)) :],
    )
    assert isinstance(error_from_status(status), VexilError)

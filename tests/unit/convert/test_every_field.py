"""Every field of every message is carried: what is filled by descriptor comes back unchanged."""

import pytest
from google.protobuf.message import Message

from tests.unit.convert.conversions import CONVERSIONS, Conversion
from tests.unit.convert.filling import filled

OF_THE_CALLER = {"ExplainResponse": ("revision", "environment_chain")}
"""What handlers add to a message, and the model does not hold."""


def comes_back(conversion: Conversion, message: Message) -> bool:
    for field in OF_THE_CALLER.get(message.DESCRIPTOR.name, ()):
        message.ClearField(field)
    return conversion.to_proto(conversion.from_proto(message)) == message


@pytest.mark.parametrize("conversion", CONVERSIONS.values(), ids=CONVERSIONS)
def test_every_field_is_carried(conversion: Conversion) -> None:
    for message in filled(conversion.message.DESCRIPTOR):
        assert comes_back(conversion, message)


@pytest.mark.parametrize("conversion", CONVERSIONS.values(), ids=CONVERSIONS)
def test_zero_stays_different_from_unset(conversion: Conversion) -> None:
    for message in filled(conversion.message.DESCRIPTOR, zeros=True):
        assert comes_back(conversion, message)

"""Names of the contract's enums, short."""

import re
from functools import cache

from google.protobuf.descriptor import EnumDescriptor


def enum_word(enum: EnumDescriptor, number: int) -> str:
    """The value's name without the enum's: `STARTS_WITH`; a number that has none here, as text."""
    return _words(enum).get(number, str(number))


@cache
def _words(enum: EnumDescriptor) -> dict[int, str]:
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", enum.name).upper() + "_"
    return {value.number: value.name.removeprefix(prefix) for value in enum.values}

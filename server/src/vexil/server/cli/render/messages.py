"""Messages of the contract as JSON values."""

from collections.abc import Sequence
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message


def document(message: Message) -> dict[str, Any]:
    """The message in protobuf's JSON mapping (https://protobuf.dev/programming-guides/json/).

    Names are in lowerCamelCase, 64-bit numbers are strings, what is unset is left out.
    """
    return json_format.MessageToDict(message)


def merged(pages: Sequence[Message]) -> dict[str, Any]:
    """Pages of a list as one: what the last one says, with the items of all and no page token."""
    whole = type(pages[-1])()
    for page in pages:
        whole.MergeFrom(page)
    whole.ClearField("next_page_token")
    return document(whole)

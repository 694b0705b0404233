"""Attributes of items as DynamoDB's protocol has them: `{"S": text}`, `{"N": digits}`, `{"B": bytes}`.

The low-level client takes and gives these; Python values in between would cost more time than the call.
"""

from collections.abc import Mapping
from typing import Any

from vexil.server.stores.dynamodb.errors import Damage
from vexil.server.stores.dynamodb.layout import PARTITION_KEY, SORT_KEY, Key

Item = Mapping[str, Any]
"""Attribute values by name."""


def text(value: str) -> dict[str, str]:
    """A string attribute."""
    return {"S": value}


def number(value: int) -> dict[str, str]:
    """A number attribute."""
    return {"N": str(value)}


def binary(value: bytes) -> dict[str, bytes]:
    """A binary attribute."""
    return {"B": value}


def keyed(key: Key, **attributes: Any) -> dict[str, Any]:
    """An item."""
    return {PARTITION_KEY: text(key.partition), SORT_KEY: text(key.sort), **attributes}


def read_text(item: Item, name: str) -> str:
    """A string attribute. Raises Damage when there is none."""
    return str(_read(item, name, "S"))


def read_number(item: Item, name: str) -> int:
    """A whole number. Raises Damage when there is none."""
    try:
        return int(_read(item, name, "N"))
    except ValueError:
        raise Damage(f"{name} of {_describe(item)} is not a whole number") from None


def read_binary(item: Item, name: str) -> bytes:
    """A binary attribute. Raises Damage when there is none."""
    return bytes(_read(item, name, "B"))


def read_chain(item: Item) -> bytes:
    """The audit chain at an entry, or at a head's newest; empty where a release made it that had none."""
    return read_binary(item, "chain") if "chain" in item else b""


def _read(item: Item, name: str, kind: str) -> Any:
    try:
        return item[name][kind]
    except KeyError:
        raise Damage(f"{_describe(item)} has no {name}") from None


def _describe(item: Item) -> str:
    names = (item.get(key, {}).get("S", "?") for key in (PARTITION_KEY, SORT_KEY))
    return "item " + " / ".join(names)

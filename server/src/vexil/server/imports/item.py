"""What a source gives: items, and what should have been one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vexil.server.imports.numbers import Number

Scalar = None | bool | str | Number | bytes
"""A value that holds no others: DynamoDB's NULL, BOOL, S, N, B."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a table, or one parameter.

    `place` is where it was read: a table, or a file with the item's number. Values are Scalars, lists
    (DynamoDB's L, SS, NS, BS; the members of a set in order) and dicts (M).
    """

    place: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Broken:
    """What can't be read as an item, and why."""

    place: str
    reason: str

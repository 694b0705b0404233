"""Pages: their tokens, and how much fits into one."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import Any

from google.protobuf.message import Message

from vexil.core.errors import InvalidRequest, Reason, Violation

DEFAULT_PAGE_SIZE = 100

PAGE_BUDGET = 2 * 1024 * 1024
"""Bytes after which a page ends early: unless told otherwise, gRPC libraries take messages up to 4 MiB."""

_CHECKSUM_BYTES = 12


class Page:
    """One page of a list: where it starts, what fits into it, and the token of the next one.

    `request` has `page_size` and `page_token`. A token holds the place of a page's last item, a JSON value,
    and a checksum of that and of the rest of the request, so that it fits this one list. Whoever knows how
    can make one up, which gives no right to anything.
    """

    def __init__(self, request: Any) -> None:
        self._wanted = request.page_size or DEFAULT_PAGE_SIZE
        self._token = request.page_token
        self._list = _identity(request)
        self._count = 0
        self._bytes = 0
        self._last: Any = None
        self.next_token = ""

    def after(self, *kinds: type[Any]) -> Any:
        """Where the page starts: after this place; None: at the first. Raises InvalidRequest.

        A place is a value of the one kind (text, number, enumeration), or a list of one of each.
        """
        if not self._token:
            return None
        try:
            data = urlsafe_b64decode(self._token)
            checksum, place = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
            if checksum == self._checksum(place):
                return _place(json.loads(place), kinds)
        except (ValueError, RecursionError):
            pass
        raise InvalidRequest.of(
            [Violation("page_token", "is not one that this list gave", Reason.INVALID_PAGE_TOKEN)]
        )

    def add(self, items: Any, item: Message, place: Any) -> bool:
        """Adds the list's next item to the repeated field `items`; False when the page is full.

        Then `next_token` asks for the page that starts with this item.
        """
        size = item.ByteSize()
        if self._count == self._wanted or (self._count and self._bytes + size > PAGE_BUDGET):
            self.break_off(self._last)
            return False
        items.append(item)
        self._count += 1
        self._bytes += size
        self._last = place
        return True

    def fill(self, items: Any, placed: Iterable[tuple[Any, Message]]) -> str:
        """Adds what fits of these, each after its place; the token of the next page, empty on the last."""
        for place, item in placed:
            if not self.add(items, item, place):
                break
        return self.next_token

    def break_off(self, place: Any) -> None:
        """Ends the page, though it may have room: the next one starts after this place."""
        last = json.dumps(place, separators=(",", ":")).encode()
        self.next_token = urlsafe_b64encode(self._checksum(last) + last).decode()

    def _checksum(self, place: bytes) -> bytes:
        return blake2b(self._list + place, digest_size=_CHECKSUM_BYTES, person=b"vexil-page").digest()


def _place(found: Any, kinds: Sequence[type[Any]]) -> Any:
    """What a token holds, of these kinds. Raises ValueError."""
    if len(kinds) == 1:
        return _value(found, kinds[0])
    if not isinstance(found, list):
        raise ValueError("no list")  # noqa: TRY004 - who calls catches only this
    return [_value(value, kind) for value, kind in zip(found, kinds, strict=True)]


def _value(value: Any, kind: type[Any]) -> Any:
    if type(value) is not (int if issubclass(kind, IntEnum) else kind):
        raise ValueError(kind)
    if kind is int and not 0 <= value < 2**63:
        raise ValueError(value)
    return kind(value)


def _identity(request: Any) -> bytes:
    """What stays the same from page to page."""
    same = type(request)()
    same.CopyFrom(request)
    same.ClearField("page_size")
    same.ClearField("page_token")
    return f"{same.DESCRIPTOR.full_name}\0".encode() + bytes(same.SerializeToString(deterministic=True))

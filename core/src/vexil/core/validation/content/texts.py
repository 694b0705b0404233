"""Checks of lengths, sizes and forms, as `vexil.v1` gives them."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Sized
from typing import Any

from vexil.core.validation import limits
from vexil.core.validation.findings import Finding


def check_length(field: str, text: str | None, most: int, least: int = 0) -> Iterator[Finding]:
    """A text's length in code points; None is not checked."""
    if text is None:
        return
    if len(text) > most:
        yield Finding(field, f"has {len(text)} characters; at most {most} are allowed")
    if len(text) < least:
        yield Finding(field, "must not be empty")


def check_size(field: str, text: str | None, most: int, least: int = 0) -> Iterator[Finding]:
    """A text's size in bytes of UTF-8; None is not checked."""
    if text is None:
        return
    if (size := size_of(text)) > most:
        yield Finding(field, f"has {size} bytes; at most {most} are allowed")
    if len(text) < least:
        yield Finding(field, "must not be empty")


def check_form(field: str, text: str | None, form: re.Pattern[str], wanted: str) -> Iterator[Finding]:
    """Whether the whole text has a form, such as that of an ARN; None is not checked."""
    if text is not None and form.fullmatch(text) is None:
        yield Finding(field, f"must be {wanted}, not {shown(text)}")


def check_count(field: str, items: Sized, most: int, least: int = 0) -> Iterator[Finding]:
    """How many there are."""
    if len(items) > most:
        yield Finding(field, f"has {len(items)} items; at most {most} are allowed")
    if len(items) < least:
        yield Finding(field, f"must have at least {least}" if least > 1 else "must not be empty")


def check_range(field: str, number: float | None, least: float, most: float) -> Iterator[Finding]:
    """A number's bounds, inclusive; None is not checked, NaN is out of all bounds."""
    if number is not None and not least <= number <= most:
        yield Finding(field, f"must be from {least} to {most}, not {number}")


def check_unique(field: str, items: Sequence[Any]) -> Iterator[Finding]:
    """That no item appears twice."""
    for item, count in Counter(items).items():
        if count > 1:
            yield Finding(field, f"has {shown(str(item))} {count} times")


def check_tags(tags: Sequence[str]) -> Iterator[Finding]:
    """A resource's tags."""
    if not tags:
        return
    yield from check_count("tags", tags, limits.MAX_TAGS)
    yield from check_unique("tags", tags)
    for index, tag in enumerate(tags):
        yield from check_length(f"tags[{index}]", tag, limits.MAX_TAG, 1)


def size_of(text: str) -> int:
    """The bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def shown(text: str) -> str:
    """A text in a message: quoted, and cut where it is long."""
    return repr(text) if len(text) <= 80 else f"{text[:80]!r}… ({len(text)} characters)"


def quoted(name: str) -> str:
    """A map's key as it stands in a field path."""
    return json.dumps(name, ensure_ascii=False)

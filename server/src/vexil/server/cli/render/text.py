"""Text from elsewhere, made safe to show."""

import re

_ACTIVE = re.compile(
    # C0 and C1 controls start terminal escape sequences; line and paragraph separators break lines; the
    # bidirectional controls reorder what is read (CVE-2021-42574); lone surrogates can't be encoded.
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_text(text: str) -> bool:
    """Whether it can be encoded; bytes of an argument that are no UTF-8 become lone surrogates (PEP 383)."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def printable(text: str) -> str:
    """The text on one line, with every character that would steer a terminal written as an escape."""
    return _ACTIVE.sub(_escape, text)


def printable_lines(text: str) -> str:
    """As `printable`, and line feeds stay."""
    return "\n".join(printable(line) for line in text.split("\n"))


def printable_json(text: str) -> str:
    """A JSON text in which strings hold no such character as it is; it stands for the same value."""
    return _ACTIVE.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)


def shorten(text: str, width: int) -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    return text if len(text) <= width else text[: width - 1] + "…"


def counted(count: int, what: str) -> str:
    """So many of them: `1 commit`, `2,000 commits`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")

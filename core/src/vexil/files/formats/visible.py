"""Text in files that shows what it holds: in an editor, in a review, on a terminal."""

import re

HIDDEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Controls that steer terminals, what breaks lines, and marks that reorder text (CVE-2021-42574)."""


def visible(text: str) -> str:
    """The text with those as escapes, as strings of JSON and TOML, and quoted ones of YAML, know them."""
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)

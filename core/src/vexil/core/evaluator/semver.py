"""Semantic versions (https://semver.org, 2.0.0), with two liberties that people take.

A leading `v` is accepted, and missing minor or patch numbers count as 0. Text of more than 256 characters is
no version.
"""

import re
from functools import lru_cache

Precedence = tuple[int, int, int, tuple[tuple[int, int, str], ...]]
"""Orders versions by precedence: compare with `<`. Build metadata has no part in it (§10)."""

MAX_LENGTH = 256

_NUMBER = r"(0|[1-9][0-9]*)"
_WORD = r"[0-9A-Za-z-]+"
_PRE_RELEASE_WORD = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"v?{_NUMBER}(?:\.{_NUMBER}(?:\.{_NUMBER})?)?"
    rf"(?:-({_PRE_RELEASE_WORD}(?:\.{_PRE_RELEASE_WORD})*))?(?:\+{_WORD}(?:\.{_WORD})*)?"
)
_RELEASE = (2, 0, "")  # after every pre-release of the same numbers (§11.3)


@lru_cache(maxsize=4096)
def parse_version(text: str) -> Precedence | None:
    """The precedence of a version; None when the text is none."""
    if len(text) > MAX_LENGTH:
        return None
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    major, minor, patch, pre_release = found.groups()
    words = tuple(map(_rank, pre_release.split("."))) if pre_release else (_RELEASE,)
    return int(major), int(minor or 0), int(patch or 0), words


def _rank(word: str) -> tuple[int, int, str]:
    """Numbers by value, before words by ASCII (§11.4)."""
    return (0, int(word), "") if word.isdecimal() else (1, 0, word)

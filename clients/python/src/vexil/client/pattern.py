"""Patterns of keys, for watching."""

import re
from dataclasses import dataclass, field
from fnmatch import translate


@dataclass(frozen=True, slots=True)
class Pattern:
    """A key, or a shell-style pattern of keys.

    `*` stands for any characters, dots and slashes included, `?` for one, `[abc]` for one of these. None of
    them can be in a key, so a key is a pattern that fits only itself. Case matters.
    """

    text: str
    _regex: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        regex = re.compile(translate(self.text)) if any(c in self.text for c in "*?[") else None
        object.__setattr__(self, "_regex", regex)

    def fits(self, key: str) -> bool:
        """Whether the key is one of the pattern's."""
        return key == self.text if self._regex is None else self._regex.match(key) is not None

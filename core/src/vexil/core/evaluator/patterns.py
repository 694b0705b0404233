"""Regular expressions in RE2's syntax (https://github.com/google/re2/wiki/Syntax).

Matching takes time linear in the text, and memory within a bound, whatever the pattern.
"""

from collections.abc import Callable

import re2

MAX_BYTES = 1000
_MAX_MEMORY = 1 << 20  # of one compiled pattern, in bytes; RE2 refuses patterns that need more

Search = Callable[[str], bool]
"""Whether the pattern is found anywhere in the text."""


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _MAX_MEMORY
    return options


_OPTIONS = _options()


def compile_pattern(pattern: str) -> Search:
    """Compiles a pattern. Raises ValueError, which says what is wrong with it."""
    try:
        data = pattern.encode()
    except UnicodeEncodeError:
        raise ValueError("the pattern is not valid Unicode text") from None
    if len(data) > MAX_BYTES:
        raise ValueError(f"the pattern has {len(data)} bytes; at most {MAX_BYTES} are allowed")
    try:
        compiled = re2.compile(data, _OPTIONS)
    except re2.error as error:
        raise ValueError(f"{pattern!r} is no RE2 pattern: {_message(error)}") from None

    def search(text: str) -> bool:
        try:
            data = text.encode()
        except UnicodeEncodeError:
            return False  # a lone surrogate: no text that a pattern is about
        return compiled.search(data) is not None

    return search


def _message(error: Exception) -> str:
    said = error.args[0]
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)

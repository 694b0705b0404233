"""Texts that say yes or no."""

_TRUE = frozenset({"true", "yes", "1", "on"})
_FALSE = frozenset({"false", "no", "0", "off", ""})


def truth(text: str) -> bool | None:
    """Whether the text, spaces around it and case aside, says yes; empty text says no. None: neither."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None

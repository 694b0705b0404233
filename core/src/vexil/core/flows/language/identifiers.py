"""Identifiers of actions.

Rules: https://docs.aws.amazon.com/connect/latest/APIReference/flow-language-actions.html
"""

MAX_IDENTIFIER_LENGTH = 50

_FORBIDDEN_CHARACTERS = frozenset("%:(\\/)=$,;[]{}")
_FORBIDDEN = frozenset({
    "__defineGetter__",
    "__defineSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
})  # fmt: skip


def problem_of_identifier(identifier: str) -> str | None:
    """What Amazon Connect has against the identifier; None: nothing."""
    if len(identifier) > MAX_IDENTIFIER_LENGTH:
        return f"an identifier has at most {MAX_IDENTIFIER_LENGTH} characters, not {len(identifier)}"
    if identifier in _FORBIDDEN:
        return f'"{identifier}" is reserved; choose another identifier'
    if bad := sorted(_FORBIDDEN_CHARACTERS.intersection(identifier)):
        return f"an identifier does not contain {' '.join(bad)}"
    return None


def quoted(identifier: str) -> str:
    """The identifier in a message; one that is too long is cut."""
    cut = MAX_IDENTIFIER_LENGTH
    return f'"{identifier}"' if len(identifier) <= cut else f'"{identifier[:cut]}…"'

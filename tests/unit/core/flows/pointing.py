"""Following a JSON pointer (RFC 6901 §4)."""

from typing import Any


def resolve(document: Any, pointer: str) -> Any:
    """The value that the pointer leads to. Raises LookupError when it leads nowhere."""
    for token in pointer.split("/")[1:]:
        step = token.replace("~1", "/").replace("~0", "~")
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document

"""Paths into a document: the keys and indices that lead from its root to a part of it."""

import json
import re

Step = str | int
"""A key of a mapping or an index of a list."""

Path = tuple[Step, ...]
"""Steps from the root; empty: the root itself."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_STEP = re.compile(
    r'\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")\]'
)


def render(path: Path) -> str:
    """The path as people read it: `settings["checkout.timeout"].rules[0].serve`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text


def parse(text: str) -> Path:
    """The steps of a field path as violations write it; what can't be read ends the path."""
    steps: list[Step] = []
    position = 0
    while step := _STEP.match(text, position):
        name, index, quoted = step.groups()
        steps.append(
            name
            if name is not None
            else int(index)
            if index is not None
            else json.loads(quoted, strict=False)
        )
        position = step.end()
    return tuple(steps)

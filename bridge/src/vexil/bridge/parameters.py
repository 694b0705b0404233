"""The table of parameters of an "Invoke AWS Lambda function" block: names and texts, nothing nested."""

import re
from collections.abc import Iterator, Mapping

from vexil.bridge.truth import truth
from vexil.core.errors import InvalidRequest, Violation

_NUMBERED = re.compile(r"([0-9]{1,2})\.(.+)", re.DOTALL)
_DEFAULT = "default."
MOST = 10
"""How many questions one event may ask."""


class Parameters:
    """Parameters by name. Connect passes an attribute that is not there as empty text: that is unset."""

    def __init__(self, texts: Mapping[str, str], prefix: str = "") -> None:
        self._texts = texts
        self._prefix = prefix

    def get(self, name: str, default: str = "") -> str:
        """The text, without spaces around it."""
        return self._texts.get(name, "").strip() or default

    def require(self, name: str, what: str) -> str:
        """The text; raises InvalidRequest, which says what it is, where it is unset."""
        text = self.get(name)
        if not text:
            raise self.refuse(name, f"is not set: it is {what}")
        return text

    def flag(self, name: str) -> bool:
        """Whether it says true; raises InvalidRequest where it says neither true nor false."""
        said = truth(self.get(name))
        if said is None:
            raise self.refuse(name, "is neither true nor false")
        return said

    def choice(self, name: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of the choices; raises InvalidRequest, which names them, where it is none, or unset."""
        text = self.get(name, default)
        if text not in choices:
            wrong = "is none of" if text else "is not set: it is one of"
            raise self.refuse(name, f"{wrong} {', '.join(choices)}")
        return text

    def names(self, name: str) -> tuple[str, ...]:
        """A list, written with commas."""
        return tuple(part for text in self.get(name).split(",") if (part := text.strip()))

    @property
    def defaults(self) -> dict[str, str]:
        """What the flow wants to be told where nobody knows better: `default.<key of the response>`."""
        return {
            name.removeprefix(_DEFAULT): text
            for name, text in self._texts.items()
            if name.startswith(_DEFAULT) and len(name) > len(_DEFAULT)
        }

    def numbered(self) -> "Iterator[tuple[int, Parameters]]":
        """The questions of a batch: what `1.operation`, `1.flowId`, `2.operation` … say, by number."""
        groups: dict[int, dict[str, str]] = {}
        for name, text in self._texts.items():
            if match := _NUMBERED.fullmatch(name):
                groups.setdefault(int(match[1]), {})[match[2]] = text
        for number in sorted(groups):
            yield number, Parameters(groups[number], f"{number}.")

    def refuse(self, name: str, description: str) -> InvalidRequest:
        """The error for this parameter. It never shows the parameter's text, which may be a contact's."""
        return InvalidRequest.of([Violation(f"{self._prefix}{name}", description)])

"""Reading an item attribute by attribute, remembering what does not fit and what nobody asked for."""

from collections.abc import Mapping
from typing import Any

from vexil.server.imports.json_values import name_of, to_object, to_text
from vexil.server.imports.numbers import Number, to_double
from vexil.server.imports.problem import ImportProblem


class Attributes:
    """The attributes of an item, or of a map inside it.

    Each method takes one attribute by its name: None where it is missing or null, and where it does not fit,
    which `problems` then says. `unknown` lists the attributes that nobody took.
    """

    def __init__(self, data: Mapping[str, Any], path: str = "", problems: list[str] | None = None) -> None:
        self.problems: list[str] = [] if problems is None else problems
        self._data = data
        self._path = path
        self._taken: set[str] = set()
        self._inner: list[Attributes] = []

    @property
    def unknown(self) -> list[str]:
        """Paths of the attributes with a value that nobody took, those inside maps after the others."""
        left = [
            self._at(name)
            for name, value in self._data.items()
            if name not in self._taken and value is not None
        ]
        return left + [path for inner in self._inner for path in inner.unknown]

    @property
    def names(self) -> list[str]:
        """The names of all attributes."""
        return list(self._data)

    def refuse(self, name: str, why: str) -> None:
        """Notes a problem of an attribute, or with an empty name of the map itself."""
        self.problems.append(f"{self._at(name) if name else self._path}: {why}")

    def take(self, name: str) -> Any:
        """The value as it is."""
        self._taken.add(name)
        return self._data.get(name)

    def text(self, name: str) -> str | None:
        """Text; empty text counts as missing."""
        value = self.take(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value
        self._misfit(name, "text", value)
        return None

    def needed(self, name: str) -> str:
        """Text that has to be there; empty where that is a problem."""
        before = len(self.problems)
        value = self.text(name)
        if value is None and len(self.problems) == before:
            self.refuse(name, "is empty" if self._data.get(name) == "" else "is missing")
        return value or ""

    def flag(self, name: str) -> bool | None:
        """A boolean; also 0 and 1, and text, since an index's key can't be a boolean in DynamoDB."""
        value = self.take(name)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if value in (0, 1):
            return bool(value)
        self._misfit(name, "true or false", value)
        return None

    def whole(self, name: str) -> int | None:
        """A whole number within ±(2^53−1)."""
        value = self.number(name)
        if value is None or isinstance(value, int):
            return value
        self.refuse(name, f"must be a whole number, not {value}")
        return None

    def number(self, name: str) -> Number | None:
        """A number that a double can hold."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Number):
            self._misfit(name, "a number", value)
            return None
        try:
            to_double(value)
        except ImportProblem as problem:
            self.refuse(name, str(problem))
            return None
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list or set of text."""
        value = self.take(name)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self._misfit(name, "a list of text", value)
        return ()

    def inside(self, name: str) -> "Attributes | None":
        """A map, to be read in the same way."""
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self._misfit(name, "a map", value)
            return None
        inner = Attributes(value, self._at(name), self.problems)
        self._inner.append(inner)
        return inner

    def document(self, name: str) -> dict[str, Any]:
        """A map as a JSON object; empty where it is missing."""
        value = self.take(name)
        if value is None:
            return {}
        try:
            return to_object(value)
        except ImportProblem as problem:
            self.refuse(name, str(problem))
            return {}

    def labels(self, name: str) -> dict[str, str]:
        """A map whose values become text; nulls are left out."""
        value = self.take(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._misfit(name, "a map", value)
            return {}
        result: dict[str, str] = {}
        for key, one in value.items():
            try:
                if one is not None:
                    result[key] = to_text(one)
            except ImportProblem as problem:
                self.refuse(name, f"{key}: {problem}")
        return result

    def _misfit(self, name: str, wanted: str, value: Any) -> None:
        self.refuse(name, f"must be {wanted}, not {name_of(value)}")

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

"""Reading a mapping field by field, remembering everything that does not fit."""

from collections.abc import Collection
from typing import Any, Protocol, TypeVar

from vexil.files.codecs.misfit import Misfit, name_of, unknown
from vexil.files.path import Path, Step

T = TypeVar("T")
D = TypeVar("D")


class Codec(Protocol[T]):
    """Both directions between a piece of a document and a part of the model, and its JSON Schema."""

    def decode(self, data: Any) -> T:
        """The model's part. Raises Misfit with all that is wrong."""
        ...

    def encode(self, value: T) -> Any:
        """What `decode` turns into the same value again."""
        ...

    def schema(self) -> dict[str, Any]:
        """A JSON Schema (draft 2020-12) for what `decode` takes; definitions are in `$defs` of the whole."""
        ...


class Fields:
    """The fields of a mapping. Ask for each, then call `done`, which raises Misfit with all problems."""

    def __init__(self, data: Any, known: Collection[str], hint: str = "") -> None:
        if not isinstance(data, dict):
            raise Misfit(f"must be a mapping{hint}, not {name_of(data)}")
        self.data = data
        self.problems: list[tuple[Path, str]] = [
            ((name,), unknown(name, known)) for name in data if name not in known
        ]

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def take(self, name: str, codec: Codec[T], default: D) -> T | D:
        """The field's value; the default where it is not there, or does not fit."""
        if name not in self.data:
            return default
        try:
            return codec.decode(self.data[name])
        except Misfit as misfit:
            self.problems += misfit.under(name)
            return default

    def refuse(self, message: str, *path: Step) -> None:
        """Notes a problem, by default of the mapping itself."""
        self.problems.append((path, message))

    def done(self) -> None:
        """Raises Misfit where there were problems."""
        if self.problems:
            raise Misfit.of(self.problems)

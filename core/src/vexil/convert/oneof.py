"""A oneof of the wire as a union of Python types."""

from collections.abc import Callable
from typing import Any

from vexil.convert.codec import REFUSALS, Codec, located
from vexil.convert.paths import invalid, prefixed, unknown
from vexil.core.errors import InvalidRequest


class OneOf:
    """Converts a message that holds one oneof; each member stands for a Python type of its own."""

    def __init__(self, oneof: str) -> None:
        self._oneof = oneof
        self._readers: dict[str, Callable[[Any], Any]] = {}
        self._fillers: dict[type, tuple[str, Callable[[Any, Any], None]]] = {}

    def message(self, name: str, model: type, codec: Codec) -> None:
        """Adds a member that is a message."""

        def fill(message: Any, value: Any) -> None:
            member = getattr(message, name)
            member.SetInParent()
            codec.fill(member, value)

        self._readers[name] = codec.read
        self._fillers[model] = (name, fill)

    def text(self, name: str, model: type, attribute: str | None = None) -> None:
        """Adds a member that is text: a str, or an object around one, held in that attribute."""

        def fill(message: Any, value: Any) -> None:
            setattr(message, name, getattr(value, attribute) if attribute else value)

        self._readers[name] = model
        self._fillers[model] = (name, fill)

    def read(self, message: Any, /) -> Any:
        """The model of the member that is set; NotUnderstood when none is."""
        name = message.WhichOneof(self._oneof)
        if name is None:
            raise unknown(f"none of {', '.join(self._readers)} is set")
        try:
            return self._readers[name](getattr(message, name))
        except InvalidRequest as error:
            raise prefixed(error, name) from None

    def fill(self, message: Any, model: Any, /) -> None:
        """Sets the member that stands for the model's type."""
        found = self._fillers.get(type(model))
        if found is None:
            raise invalid(f"a {type(model).__name__} is none of {', '.join(self._readers)}")
        name, fill = found
        try:
            fill(message, model)
        except REFUSALS as error:
            raise located(error, name) from None

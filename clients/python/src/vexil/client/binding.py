"""Settings as an object of the user's own type, always current."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from vexil.client.bound_fields import BoundField
from vexil.client.reads import Source
from vexil.client.replica.readers import Reader
from vexil.core.evaluation import EvaluationContext

log = logging.getLogger("vexil.client")

T = TypeVar("T")


class Bound(Generic[T]):
    """A proxy of one object of type `T` whose fields are settings; made by a client's `bind`.

    Reading a field (`bound.max_items`, and for a TypedDict `bound["max_items"]`) gives the current value;
    `snapshot()` gives all fields of one revision together. A field whose setting is missing, or of another
    type, has its default. When the type itself refuses the values (a pydantic validator, `__post_init__`),
    the last object that it accepted stays, and the log says so. The context is the one given to `bind`.
    """

    def __init__(
        self,
        source: Source,
        model: Callable[..., T],
        fields: tuple[BoundField, ...],
        context: EvaluationContext,
    ) -> None:
        self._source = source
        self._model = model
        self._fields = fields
        self._context = context
        self._current: tuple[Reader, T] | None = None

    def snapshot(self) -> T:
        """The object at the current revision: one and the same until something may have changed."""
        reader = self._source.reader
        current = self._current
        if current is None or current[0] is not reader:
            current = self._current = (reader, self._build(reader))
        return current[1]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.snapshot(), name)

    def __getitem__(self, name: str) -> Any:
        snapshot = self.snapshot()
        if not isinstance(snapshot, Mapping):
            raise TypeError(f"{self._model!r} is not a TypedDict; read .{name}")
        return snapshot[name]

    def __repr__(self) -> str:
        return f"Bound({self.snapshot()!r})"

    def _build(self, reader: Reader) -> T:
        try:
            return self._model(**{field.name: self._value(reader, field) for field in self._fields})
        except Exception:
            log.exception("%r refused the values of its settings; the last ones stay", self._model)
            if self._current is not None:
                return self._current[1]
            return self._model(**{field.name: field.default() for field in self._fields})

    def _value(self, reader: Reader, field: BoundField) -> Any:
        evaluation = reader.evaluate(field.key, self._context)
        if evaluation.type is None:
            return field.default()
        if not field.takes(evaluation.value):
            log.warning("%s is a %s, which field %r does not take", field.key, evaluation.type, field.name)
            return field.default()
        return evaluation.value

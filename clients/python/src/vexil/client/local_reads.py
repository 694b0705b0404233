"""Reading from a state that is held in memory."""

from collections.abc import Mapping
from typing import Any, TypeVar

from vexil.client.binding import Bound
from vexil.client.bound_fields import bound_fields
from vexil.client.reads import Reads
from vexil.core.evaluation import EMPTY_CONTEXT, EvaluationContext, Explanation
from vexil.core.evaluator import explain
from vexil.core.resource import Revision
from vexil.core.view import View

T = TypeVar("T")


class LocalReads(Reads):
    """What only a local state can give: typed objects, traces, the state itself."""

    @property
    def view(self) -> View | None:
        """The whole immutable state at one revision; None before there is one."""
        return self._source.view

    @property
    def revision(self) -> Revision:
        """The revision that reads are answered from; 0 before there is one."""
        view = self._source.view
        return Revision(0) if view is None else view.revision

    def explain(self, key: str, context: EvaluationContext = EMPTY_CONTEXT) -> Explanation:
        """What `evaluate` answers, with each step on the way; no steps before there is a state."""
        view = self._source.view
        if view is None:
            return Explanation(self._source.reader.evaluate(key, context), ())
        return explain(view, key, context)

    def bind(
        self,
        model: type[T],
        prefix: str = "",
        *,
        context: EvaluationContext = EMPTY_CONTEXT,
        defaults: Mapping[str, Any] | None = None,
    ) -> Bound[T]:
        """A proxy of a dataclass, pydantic model or TypedDict whose fields are the settings `prefix` + name.

        Each field needs a default, from the type or from `defaults`. A field's key is its name unless the
        annotation says another: `Annotated[int, Key("max-items")]`. Raises InvalidRequest.
        """
        return Bound(self._source, model, bound_fields(model, prefix, defaults or {}), context)

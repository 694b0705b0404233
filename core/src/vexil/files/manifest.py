"""What files ask for: changes, each with the place that it was written at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vexil.core.change import Put
from vexil.files import path
from vexil.files.document import Document
from vexil.files.path import Path, Step
from vexil.files.source import Source

_WRITTEN_AS: Mapping[str, str] = {"condition": "if", "serve": "rollout", "value": "secret"}
"""Fields of the contract that files call otherwise, or may."""

_WRITTEN_AS_MAPPING = frozenset({"targets", "prerequisites", "split"})
"""Lists of the contract that files write as mappings."""

_OPERATOR_AND_OPERANDS = frozenset({"operator", "operands", "values"})
"""Fields of the contract that files write as one: `in: [beta, staff]`."""


@dataclass(frozen=True, slots=True, eq=False)
class LocatedChange:
    """One change to a namespace and where it is written: at `path` in a document."""

    namespace: str
    change: Put
    document: Document
    path: Path

    @property
    def source(self) -> Source:
        """Where the resource is written."""
        return self.document.source(self.path)

    def locate(self, field: str) -> Source:
        """The place of a field that a violation names, such as `changes[3].put.setting.rules[0].serve`.

        Where files write something in another form than the contract, the nearest part that holds it.
        """
        return self.document.source(self.path_of(field))

    def path_of(self, field: str) -> Path:
        """The path in the document of a field that a violation names."""
        steps = path.parse(field)
        if steps[:1] == ("changes",):
            steps = steps[2:]
        if steps[:1] == ("put",):
            steps = steps[2:]
        found = list(self.path)
        node: Any = self.document.data
        for step in found:
            node = node[step]
        for step in steps:
            written = _written(node, step, found[-1])
            if written is not None:
                found.append(written)
                node = node[written]
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Manifest:
    """What a set of files asks for, in an order in which it can be done: what is referred to comes first."""

    changes: tuple[LocatedChange, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that the files are about, in order."""
        return tuple(dict.fromkeys(change.namespace for change in self.changes))


def _written(node: Any, step: Step, under: Step) -> Step | None:
    """The key or index by which a part of a document holds a field of the contract; None: it does not."""
    if isinstance(step, int):
        if isinstance(node, dict) and under in _WRITTEN_AS_MAPPING:
            return next((name for index, name in enumerate(node) if index == step), None)
        return step if isinstance(node, list) and step < len(node) else None
    if not isinstance(node, dict):
        return None
    if step in node:
        return step
    if step in _OPERATOR_AND_OPERANDS and "attribute" in node:
        return next((name for name in node if name != "attribute"), None)
    alias = _WRITTEN_AS.get(step)
    return alias if alias in node else None

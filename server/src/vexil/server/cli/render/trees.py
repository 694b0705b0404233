"""The tree of a namespace's environments."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from rich.tree import Tree

from vexil.core.resource import Environment
from vexil.server.cli.render.text import printable


@dataclass(frozen=True, slots=True)
class EnvironmentLine:
    """An environment with how many resources it sets itself, and how many it has with what it inherits."""

    name: str
    environment: Environment
    own: int
    effective: int


def environment_tree(namespace: str, lines: Sequence[EnvironmentLine]) -> Tree:
    """The namespace at the root; `lines` have parents before children."""
    root = Tree(Text(printable(namespace), style="bold"))
    nodes: dict[str | None, Tree] = {None: root}
    for line in lines:
        parent = nodes.get(line.environment.parent, root)
        nodes[line.name] = parent.add(_label(line))
    return root


def _label(line: EnvironmentLine) -> Text:
    label = Text.assemble((printable(line.name), "bold"), f"  {line.own} own, {line.effective} in all")
    if line.environment.production:
        label.append("  production", style="yellow")
    if line.environment.approval_required:
        label.append("  approval required", style="yellow")
    if line.environment.description:
        label.append(f"  {printable(line.environment.description)}", style="dim")
    return label

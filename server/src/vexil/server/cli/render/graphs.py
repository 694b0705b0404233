"""A contact flow as a drawing: text that Mermaid or Graphviz draws."""

from collections.abc import Iterator

from vexil.core.flows.language import Flow
from vexil.core.flows.language.actions import ACTION_TYPES, Leaves
from vexil.core.flows.language.flow import Action

START = "start"


def mermaid(flow: Flow) -> Iterator[str]:
    """Lines of a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html)."""
    yield "flowchart TD"
    yield f"  {START}((start))"
    for node, action in _nodes(flow).values():
        shape = ("([", "])") if _ends(action) else ("[", "]")
        label = f"{_entities(action.identifier or '')}<br/>{_entities(action.type or '')}"
        yield f'  {node}{shape[0]}"{label}"{shape[1]}'
    for source, target, label in _edges(flow):
        yield f'  {source} -->|"{_entities(label)}"| {target}' if label else f"  {source} --> {target}"


def dot(flow: Flow) -> Iterator[str]:
    """Lines of a Graphviz digraph (https://graphviz.org/doc/info/lang.html)."""
    yield "digraph flow {"
    yield '  node [shape=box, fontname="sans-serif"]'
    yield '  edge [fontname="sans-serif", fontsize=10]'
    yield f"  {START} [shape=circle]"
    for node, action in _nodes(flow).values():
        shape = ", style=rounded" if _ends(action) else ""
        label = f"{_escaped(action.identifier or '')}\\n{_escaped(action.type or '')}"
        yield f'  {node} [label="{label}"{shape}]'
    for source, target, label in _edges(flow):
        yield f"  {source} -> {target}" + (f' [label="{_escaped(label)}"]' if label else "")
    yield "}"


def _nodes(flow: Flow) -> dict[str, tuple[str, Action]]:
    """By identifier: the name of the node, and the first action that is called so."""
    nodes: dict[str, tuple[str, Action]] = {}
    for index, action in enumerate(flow.actions):
        if action.identifier is not None:
            nodes.setdefault(action.identifier, (f"a{index}", action))
    return nodes


def _edges(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Node, node, and what has to happen; several ways between the same two are one."""
    nodes = _nodes(flow)
    if flow.start in nodes:
        yield START, nodes[flow.start][0], ""
    for source, action in nodes.values():
        ways: dict[str, list[str]] = {}
        for transition in action.transitions:
            if transition.target in nodes:
                ways.setdefault(nodes[transition.target][0], []).append(transition.label)
        for target, labels in ways.items():
            # What happens when nothing else does goes without saying.
            yield source, target, "" if "" in labels else ", ".join(labels)


def _ends(action: Action) -> bool:
    known = ACTION_TYPES.get(action.type or "")
    return known is not None and known.leaves is Leaves.ALWAYS


def _entities(text: str) -> str:
    return "".join(each if each.isalnum() or each in " .,-_" else f"#{ord(each)};" for each in text)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")

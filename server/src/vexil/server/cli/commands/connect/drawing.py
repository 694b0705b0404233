"""`vexil connect flow graph`."""

from typing import Annotated, Literal

from cyclopts import Parameter

from vexil.core.flows.language import read_flow
from vexil.server.cli.inputs import InputFile, name_of_file, read_text
from vexil.server.cli.render.graphs import dot, mermaid
from vexil.server.cli.session import Injected
from vexil.server.cli.usage import UsageError


def graph(
    file: Annotated[InputFile, Parameter(help="A flow, or a template for one; `-` for stdin.")],
    /,
    *,
    drawn_by: Annotated[
        Literal["mermaid", "dot"], Parameter(name="--format", help="What draws it: Mermaid or Graphviz.")
    ] = "mermaid",
    session: Injected,
) -> None:
    """Write a contact flow as a graph, here, without a server.

    A flow that is not valid is drawn as far as it can be read.
    """
    flow = read_flow(read_text(file))
    if flow is None:
        raise UsageError(
            f"{name_of_file(file)} has no actions to draw.",
            f"`vexil connect flow validate {name_of_file(file)}` says what is wrong with it.",
        )
    lines = mermaid(flow) if drawn_by == "mermaid" else dot(flow)
    session.terminal.text.write("\n".join(lines) + "\n")
